package dev.rapid.runtimes;

import dev.rapid.runtimes.Launcher.Start;
import dev.rapid.runtimes.files.LayerMerge;
import dev.rapid.runtimes.files.Scratch;
import dev.rapid.runtimes.files.ZipArchive;
import dev.rapid.runtimes.interpreter.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns functions of managed runtimes into commands of this machine (contract
 * templates-and-runtimes, section 6).
 *
 * <p>There is one for a program. What it learns about interpreters it keeps, so that many functions
 * start as quickly as one. Archives are unpacked and layers are merged in a private directory,
 * which {@link #close} deletes; code in a directory is used in place. Several threads may use it.
 */
public final class ManagedRuntimes implements AutoCloseable {

  private final Machine machine;
  private final Map<String, List<String>> overrides;
  private final BaseEnvironment environment;
  private final Scratch scratch;
  private final Map<RuntimeFamily, Launcher> launchers;
  private final Set<Notice> given = ConcurrentHashMap.newKeySet();

  private ManagedRuntimes(Builder builder) {
    machine = new Machine(builder.environment);
    overrides = Map.copyOf(builder.overrides);
    environment = new BaseEnvironment(builder.environment);
    scratch = new Scratch(builder.scratchParent);
    launchers = launchers(machine, builder);
  }

  private static Map<RuntimeFamily, Launcher> launchers(Machine machine, Builder builder) {
    InstallCommands install = new InstallCommands(machine);
    Launcher executable = new ExecutableLauncher();
    Map<RuntimeFamily, Launcher> launchers = new EnumMap<>(RuntimeFamily.class);
    launchers.put(RuntimeFamily.PROVIDED, executable);
    launchers.put(RuntimeFamily.GO, executable);
    launchers.put(
        RuntimeFamily.PYTHON,
        new PythonLauncher(machine, install, builder.shipped, builder.prefersShipped));
    launchers.put(
        RuntimeFamily.NODE,
        new NodeLauncher(machine, install, builder.shipped, builder.prefersShipped));
    launchers.put(RuntimeFamily.JAVA, new JavaLauncher(machine, install, builder.ownJava));
    launchers.put(RuntimeFamily.RUBY, new RubyLauncher(machine, install));
    launchers.put(RuntimeFamily.DOTNET, new DotnetLauncher(machine, install));
    launchers.put(RuntimeFamily.OTHER, new UnknownLauncher());
    return launchers;
  }

  /**
   * Returns a builder.
   *
   * @param environment the caller's environment, usually {@link System#getenv()}
   */
  public static Builder builder(Map<String, String> environment) {
    return new Builder(environment);
  }

  /**
   * Returns how to start a function as its files are now. The same files give an equal launch,
   * except for the notices.
   *
   * @throws UnusableRuntimeException if the function cannot run here
   */
  public Launch launch(FunctionCode code) throws UnusableRuntimeException {
    RuntimeName runtime = RuntimeName.parse(code.runtime());
    Path layerRoot = layerRoot(code);
    Request request = new Request(code, runtime, taskRoot(code, runtime), layerRoot);
    Launcher launcher = launcher(runtime.family());
    List<String> override = overrides.get(code.runtime());
    Start start =
        override == null ? launcher.start(request) : overridden(override, launcher, request);

    Map<String, String> base =
        new TreeMap<>(environment.of(request, machine, start.interpreterDirectory()));
    base.putAll(start.variables());
    Map<String, String> variables =
        layerRoot == null ? code.variables() : LayerPaths.rewrite(code.variables(), layerRoot);
    return new Launch(
        ExecWrapper.wrap(runtime.family(), variables, start.command()),
        request.taskRoot(),
        layerRoot,
        base,
        variables,
        start.notices().stream().filter(given::add).toList());
  }

  private Launcher launcher(RuntimeFamily family) {
    return Objects.requireNonNull(launchers.get(family));
  }

  private static Start overridden(List<String> words, Launcher launcher, Request request)
      throws UnusableRuntimeException {
    List<String> command = new ArrayList<>(words);
    if (request.runtime().family().handlerIsArgument()) {
      command.add(request.handler());
    }
    Path program = Path.of(words.getFirst());
    return new Start(
        command,
        program.isAbsolute() ? program.getParent() : null,
        launcher.variables(request),
        List.of(
            Notice.info(
                request.runtime().text()
                    + " runs with the command of the configuration: "
                    + String.join(" ", words))));
  }

  // ------------------------------------------------------------------- files

  private Path taskRoot(FunctionCode code, RuntimeName runtime) throws UnusableRuntimeException {
    return switch (code.source()) {
      case FunctionCode.Source.OnDisk(Path path) -> onDisk("the code", path);
      case FunctionCode.Source.Inline(String text) -> inline(text, runtime);
    };
  }

  private Path inline(String text, RuntimeName runtime) throws UnusableRuntimeException {
    String file =
        switch (runtime.family()) {
          case PYTHON -> "index.py";
          case NODE -> "index.js";
          default ->
              throw new UnusableRuntimeException(
                  "inline code runs with Python and Node.js only, not with " + runtime.text());
        };
    try {
      return scratch.folder(
          file + "\n" + text, folder -> Files.writeString(folder.resolve(file), text));
    } catch (IOException e) {
      throw new UnusableRuntimeException("the inline code cannot be written: " + e, e);
    }
  }

  private @Nullable Path layerRoot(FunctionCode code) throws UnusableRuntimeException {
    if (code.layers().isEmpty()) {
      return null;
    }
    List<Path> directories = new ArrayList<>();
    for (Path layer : code.layers()) {
      directories.add(onDisk("the layer", layer));
    }
    if (directories.size() == 1) {
      return directories.getFirst();
    }
    try {
      LayerMerge merge = LayerMerge.of(directories);
      return scratch.folder(merge.key(), merge::make);
    } catch (IOException e) {
      throw new UnusableRuntimeException("the layers cannot be merged: " + e, e);
    }
  }

  /** Returns a directory in place, and the folder of an unpacked archive. */
  private Path onDisk(String what, Path path) throws UnusableRuntimeException {
    try {
      if (!Files.exists(path)) {
        throw new UnusableRuntimeException(what + " " + path + " does not exist");
      }
      Path real = path.toRealPath();
      BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        return real;
      }
      if (!ZipArchive.isNamed(path)) {
        throw new UnusableRuntimeException(
            what
                + " "
                + path
                + " is neither a directory nor an archive; only .zip and .jar are unpacked");
      }
      String key =
          real
              + "\n"
              + attributes.size()
              + "\n"
              + attributes.lastModifiedTime()
              + "\n"
              + attributes.fileKey();
      return scratch.folder(key, new ZipArchive(real)::unpack);
    } catch (IOException e) {
      throw new UnusableRuntimeException(what + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Deletes what was unpacked and merged. */
  @Override
  public void close() {
    scratch.close();
  }

  /** Collects the settings. */
  public static final class Builder {

    private final Map<String, String> environment;
    private Map<String, List<String>> overrides = Map.of();
    private Path scratchParent = Path.of(System.getProperty("java.io.tmpdir"));
    private Path shipped = ShippedRuntimes.directory();
    private boolean prefersShipped;
    private Path ownJava = Path.of(System.getProperty("java.home"));

    private Builder(Map<String, String> environment) {
      this.environment = environment;
    }

    /**
     * Sets commands of runtimes, by identifier. Their handler is added where the family takes it as
     * an argument. Default: none.
     */
    public Builder overrides(Map<String, List<String>> commands) {
      overrides = commands;
      return this;
    }

    /** Sets where the private directory is made. Default: the system's temporary files. */
    public Builder scratchParent(Path directory) {
      scratchParent = directory;
      return this;
    }

    /** Sets where Rapid's own runtimes are. Default: beside the jar of this class. */
    public Builder shipped(Path directory) {
      shipped = directory;
      return this;
    }

    /**
     * Runs Python and Node.js with Rapid's own runtimes, also where AWS's clients are installed.
     * Default: AWS's clients come first.
     */
    public Builder preferShipped() {
      prefersShipped = true;
      return this;
    }

    /** Sets the Java that is used if there is no other. Default: the one that runs Rapid. */
    public Builder ownJava(Path home) {
      ownJava = home;
      return this;
    }

    /** Makes the runtimes. */
    public ManagedRuntimes build() {
      return new ManagedRuntimes(this);
    }
  }
}

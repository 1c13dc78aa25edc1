package dev.rapid.azure.launch;

import static java.util.stream.Collectors.joining;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.azure.app.AppIndex;
import dev.rapid.azure.app.InvalidAppException;
import dev.rapid.azure.app.LocalSettings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Finds out how the worker of one function is started (contract azure-functions-worker, 3.2). */
final class WorkerResolution {

  private static final String RUNTIME = "FUNCTIONS_WORKER_RUNTIME";
  private static final String RUNTIME_VERSION = "FUNCTIONS_WORKER_RUNTIME_VERSION";

  /** Python's worker of 2020, which is installed as a package. */
  private static final String PYTHON_PACKAGE = "azure_functions_worker";

  private static final String PYTHON = "python";

  /** More threads make that worker use one (addendum to section 3.3). */
  private static final int PYTHON_PACKAGE_THREADS = 32;

  private final AzureSettings settings;
  private final WorkerMachine machine;
  private final WorkerDirectories directories;
  private final Map<String, String> localValues;
  private final Map<String, String> environment;

  /**
   * @param root of the file system, below which workers are looked for
   * @throws InvalidAppException if the app has a {@code local.settings.json} that cannot be used
   */
  WorkerResolution(
      AzureSettings settings, Map<String, String> variables, WorkerMachine machine, Path root)
      throws InvalidAppException {
    this.settings = settings;
    this.machine = machine;
    this.localValues = LocalSettings.read(settings.appDirectory());
    Map<String, String> all = new TreeMap<>(localValues);
    all.putAll(variables);
    all.putAll(settings.environment());
    this.environment = all;
    this.directories = new WorkerDirectories(all, machine, root);
  }

  WorkerCommand command() throws InvalidAppException {
    Path directory = settings.workerDirectory();
    if (directory != null) {
      Path configured = configured(directory);
      if (configured != null) {
        return of(WorkerConfig.read(configured, environment, properties()), settings.command());
      }
      if (settings.command().isEmpty()) {
        return ofPackage(directory);
      }
    }
    return settings.command().isEmpty() ? ofMachine() : ofCommand(directory);
  }

  // ------------------------------------------------------------------ a worker with its file

  /** The directory itself, or the one of the app's language below it; null if there is no file. */
  private @Nullable Path configured(Path directory) throws InvalidAppException {
    if (!Files.isDirectory(directory)) {
      throw new InvalidAppException("The directory of the worker does not exist: " + directory);
    }
    if (WorkerConfig.isIn(directory)) {
      return directory;
    }
    String wanted = wantedLanguage();
    if (wanted != null) {
      Path ofLanguage = directory.resolve(wanted.toLowerCase(Locale.ROOT));
      if (WorkerConfig.isIn(ofLanguage)) {
        return ofLanguage;
      }
    }
    return null;
  }

  private WorkerCommand of(WorkerConfig config, List<String> given) throws InvalidAppException {
    String wanted = wantedLanguage();
    if (wanted != null && !wanted.equalsIgnoreCase(config.language())) {
      throw new InvalidAppException(
          config.file()
              + ": this worker is for "
              + config.language()
              + ", and the app is for "
              + wanted
              + " ("
              + RUNTIME
              + "); choose the directory of another worker");
    }
    if (config.isDisabled()) {
      throw new InvalidAppException(config.file() + ": this worker is disabled (isDisabled)");
    }
    Path directory = directoryOf(config);
    String executable = executable(config, directory);
    String version = runtimeVersion(config, executable);
    List<String> program = given;
    if (program.isEmpty()) {
      program = new ArrayList<>();
      program.add(executable);
      program.addAll(arguments(config, directory));
      Path script = workerPath(config, directory, version);
      if (script != null) {
        program.add(script.toString());
      }
    }
    return new WorkerCommand(
        program,
        style(program),
        directory,
        config.language(),
        version,
        settings.indexing() != null
            ? settings.indexing()
            : config.indexes() ? Indexing.WORKER : Indexing.HOST,
        timers(config),
        config.onlyErrorsOnStderr(),
        WorkerCommand.MANY_THREADS,
        Map.of(),
        localValues);
  }

  private Path directoryOf(WorkerConfig config) {
    String override = override(config, "workerDirectory");
    return override == null ? config.directory() : config.directory().resolve(override);
  }

  private String executable(WorkerConfig config, Path directory) {
    String override = override(config, "defaultExecutablePath");
    String written = override == null ? config.executable() : override;
    String expanded = Words.expand(written, environment);
    boolean isPath = expanded.indexOf('/') >= 0 || expanded.indexOf(File.separatorChar) >= 0;
    if (isPath) {
      Path program = directory.resolve(expanded).normalize();
      boolean lacksVariable = Words.lacksVariable(written, environment);
      // Without JAVA_HOME, the Java of the PATH.
      return lacksVariable ? String.valueOf(program.getFileName()) : program.toString();
    }
    return expanded.equals(PYTHON) ? python() : expanded;
  }

  /** Many systems have Python under its other name alone. */
  private String python() {
    String other = PYTHON + "3";
    boolean useOther =
        !machine.isInPath(PYTHON, environment) && machine.isInPath(other, environment);
    return useOther ? other : PYTHON;
  }

  private List<String> arguments(WorkerConfig config, Path directory) {
    List<String> written = new ArrayList<>(config.arguments());
    String more = override(config, "arguments");
    if (more != null) {
      written.add(more);
    }
    List<String> words = new ArrayList<>();
    for (String argument : written) {
      for (String word : Words.split(Words.expand(argument, environment))) {
        words.add(word.replace("{workerDirectoryPath}", directory.toString()));
      }
    }
    return words;
  }

  private @Nullable Path workerPath(WorkerConfig config, Path directory, @Nullable String version)
      throws InvalidAppException {
    String written = config.workerPath();
    if (written == null || written.isBlank()) {
      return null;
    }
    if (written.contains("{os}")) {
      checkSupported(config, machine.system(), config.supportedSystems(), "operating systems");
    }
    if (written.contains("{architecture}")) {
      checkSupported(
          config, machine.architecture(), config.supportedArchitectures(), "architectures");
    }
    Map<String, String> withVersion = new TreeMap<>(environment);
    if (version != null) {
      withVersion.put(RUNTIME_VERSION, version);
    }
    String expanded =
        Words.expand(
            written
                .replace("{os}", machine.system())
                .replace("{architecture}", machine.architecture()),
            withVersion);
    Path script = directory.resolve(expanded).normalize();
    if (!Files.exists(script)) {
      throw new InvalidAppException(
          config.file() + ": defaultWorkerPath does not exist: " + script);
    }
    return script;
  }

  /** The version that chooses the files of the worker, if it has files for several. */
  private @Nullable String runtimeVersion(WorkerConfig config, String executable)
      throws InvalidAppException {
    String set = Words.value(environment, RUNTIME_VERSION);
    String path = config.workerPath();
    if (path == null || !path.contains("%" + RUNTIME_VERSION + "%")) {
      return set;
    }
    String version = set;
    if (version == null || version.isEmpty()) {
      version = override(config, "defaultRuntimeVersion");
    }
    if (version == null && config.language().equalsIgnoreCase(PYTHON)) {
      version = machine.pythonVersion(executable, environment);
    }
    if (version == null) {
      version = config.defaultRuntimeVersion();
    }
    if (version == null) {
      throw new InvalidAppException(
          config.file() + ": the worker has several versions; set " + RUNTIME_VERSION);
    }
    if (config.runtimeVersionPattern() != null) {
      Matcher part = config.runtimeVersionPattern().matcher(version);
      if (part.find()) {
        version = part.group();
      }
    }
    checkSupported(
        config, version, config.supportedRuntimeVersions(), "versions of " + config.language());
    return version;
  }

  private static void checkSupported(
      WorkerConfig config, String wanted, List<String> supported, String what)
      throws InvalidAppException {
    if (!supported.isEmpty() && supported.stream().noneMatch(wanted::equalsIgnoreCase)) {
      throw new InvalidAppException(
          config.file()
              + ": the worker is not for "
              + wanted
              + "; its "
              + what
              + " are "
              + String.join(", ", supported));
    }
  }

  private @Nullable String override(WorkerConfig config, String member) {
    String name = "languageWorkers__" + config.language() + "__" + member;
    String value = Words.value(environment, name);
    if (value == null) {
      value = Words.value(environment, name.replace("__", ":"));
    }
    return value == null || value.isBlank() ? null : value;
  }

  /** The file's times count where the user leaves the usual ones. */
  private WorkerTimers timers(WorkerConfig config) {
    WorkerTimers set = settings.timers();
    WorkerTimers usual = WorkerTimers.DEFAULT;
    return new WorkerTimers(
        chosen(set.startup(), usual.startup(), config.startup()),
        chosen(set.init(), usual.init(), config.init()),
        set.metadata(),
        set.load(),
        chosen(set.reload(), usual.reload(), config.reload()),
        set.warmup(),
        set.terminateGrace(),
        set.killWait());
  }

  private static Duration chosen(Duration set, Duration usual, @Nullable Duration written) {
    return written != null && set.equals(usual) ? written : set;
  }

  // ------------------------------------------------------------------ a worker of this machine

  private WorkerCommand ofMachine() throws InvalidAppException {
    List<WorkerDirectories.Found> all = directories.find();
    String language = wantedLanguage();
    if (language == null) {
      language = AppLanguage.of(settings.appDirectory(), all);
    }
    for (WorkerDirectories.Found each : all) {
      if (each.language().equalsIgnoreCase(language)) {
        return of(WorkerConfig.read(each.directory(), environment, properties()), List.of());
      }
    }
    String found = all.stream().map(WorkerDirectories.Found::language).collect(joining(", "));
    throw new InvalidAppException(
        settings.appDirectory()
            + ": there is no worker for "
            + (language == null ? "this app, whose language is not known" : language)
            + (found.isEmpty() ? "" : " among those of this machine (" + found + ")")
            + "; install Azure Functions Core Tools, or give the directory of a worker with "
            + WorkerConfig.FILE
            + ", or the program to start");
  }

  // ------------------------------------------------------------------ a worker without a file

  /** Python's worker as {@code pip install --target} writes it. */
  private WorkerCommand ofPackage(Path directory) throws InvalidAppException {
    if (!Files.isRegularFile(directory.resolve(PYTHON_PACKAGE).resolve("__main__.py"))) {
      throw new InvalidAppException(
          directory
              + " has no "
              + WorkerConfig.FILE
              + ", and no Python package "
              + PYTHON_PACKAGE
              + "; give the directory of a worker, or the program to start");
    }
    String others = environment.get("PYTHONPATH");
    return new WorkerCommand(
        List.of(python(), "-m", PYTHON_PACKAGE),
        ArgumentStyle.OLD,
        directory,
        PYTHON,
        Words.value(environment, RUNTIME_VERSION),
        settings.indexing() == null ? Indexing.HOST : settings.indexing(),
        settings.timers(),
        false,
        PYTHON_PACKAGE_THREADS,
        Map.of(
            "PYTHONPATH",
            others == null || others.isEmpty()
                ? directory.toString()
                : directory + File.pathSeparator + others),
        localValues);
  }

  private WorkerCommand ofCommand(@Nullable Path directory) {
    List<String> program = settings.command();
    boolean isPackage = program.contains(PYTHON_PACKAGE);
    String language = wantedLanguage();
    return new WorkerCommand(
        program,
        style(program),
        directory,
        language == null && isPackage ? PYTHON : language,
        Words.value(environment, RUNTIME_VERSION),
        indexingOf(isPackage),
        settings.timers(),
        false,
        isPackage ? PYTHON_PACKAGE_THREADS : WorkerCommand.MANY_THREADS,
        Map.of(),
        localValues);
  }

  /** A program that has no functions for the host to find knows them itself, as those of Go do. */
  private Indexing indexingOf(boolean isPackage) {
    if (settings.indexing() != null) {
      return settings.indexing();
    }
    return isPackage || new AppIndex(settings.appDirectory()).hasFunctions()
        ? Indexing.HOST
        : Indexing.WORKER;
  }

  // ------------------------------------------------------------------ both

  /** Python's worker of 2020 ends when it gets an option that it does not know. */
  private ArgumentStyle style(List<String> program) {
    return settings.argumentStyle() == ArgumentStyle.BOTH && program.contains(PYTHON_PACKAGE)
        ? ArgumentStyle.OLD
        : settings.argumentStyle();
  }

  private @Nullable String wantedLanguage() {
    String language = settings.language();
    if (language == null) {
      language = Words.value(environment, RUNTIME);
    }
    return language == null || language.isBlank() ? null : language;
  }

  private Map<String, String> properties() {
    return Map.of(
        "sku",
        environment.getOrDefault("WEBSITE_SKU", ""),
        "platform",
        machine.system(),
        "hostversion",
        settings.hostVersion());
  }
}

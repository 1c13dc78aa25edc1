package dev.rapid.bootstrap.launch;

import dev.rapid.bootstrap.command.SearchPath;
import dev.rapid.core.process.StartFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides before the fork whether a program can be started.
 *
 * <p>The fork cannot decide it: the {@code SessionCommand} runs between Rapid and the program, and
 * the C library hands files without a known format to a shell. So a file is refused if no part of
 * Linux knows its format; a shell would read a program for another processor as a script. The texts
 * are those of Lambda (contract invoke-api, section 1.9), which are those of Go.
 */
public final class Entrypoint {

  private static final String MISSING = "no such file or directory";
  private static final String FORBIDDEN = "permission denied";
  private static final String NOT_A_DIRECTORY = "not a directory";
  private static final String NOT_A_PROGRAM = "exec format error";

  /** How much of a file Linux looks at. */
  private static final int INSPECTED_BYTES = 256;

  /** Interpreters that are scripts themselves; Linux gives up after this many. */
  private static final int NESTED_SCRIPTS = 5;

  /** The 32-bit processors whose programs 64-bit ones run: i386 on amd64, arm on arm64. */
  private static final Map<Integer, Integer> PREDECESSORS = Map.of(62, 3, 183, 40);

  private static final Path OWN_PROGRAM = Path.of("/proc/self/exe");

  private final LaunchSpec spec;
  private final String ownSearchPath;

  private Entrypoint(LaunchSpec spec, String ownSearchPath) {
    this.spec = spec;
    this.ownSearchPath = ownSearchPath;
  }

  /**
   * Returns the program of {@code spec}.
   *
   * @param ownSearchPath where to look after the {@code PATH} of the program's environment
   * @throws StartRefusedException if the program would not start
   */
  public static Path check(LaunchSpec spec, String ownSearchPath) throws StartRefusedException {
    Entrypoint entrypoint = new Entrypoint(spec, ownSearchPath);
    entrypoint.checkWorkingDirectory();
    Path program = entrypoint.locate();
    entrypoint.checkProgram(program);
    return program;
  }

  private void checkWorkingDirectory() throws StartRefusedException {
    Path directory = spec.workingDirectory();
    if (!directory.isAbsolute()) {
      throw new StartRefusedException(
          Kind.INVALID_WORKING_DIR, "chdir " + directory + ": not an absolute path");
    }
    try {
      if (!Files.readAttributes(directory, BasicFileAttributes.class).isDirectory()) {
        throw new StartRefusedException(
            Kind.INVALID_WORKING_DIR, "chdir " + directory + ": " + NOT_A_DIRECTORY);
      }
    } catch (IOException e) {
      throw new StartRefusedException(
          Kind.INVALID_WORKING_DIR, "chdir " + directory + ": " + reason(directory, e));
    }
    if (!Files.isExecutable(directory)) {
      throw new StartRefusedException(
          Kind.INVALID_WORKING_DIR, "chdir " + directory + ": " + FORBIDDEN);
    }
  }

  private Path locate() throws StartRefusedException {
    String name = spec.command().getFirst();
    Path directory = spec.workingDirectory();
    try {
      if (name.indexOf('/') >= 0) {
        return directory.resolve(name.startsWith("./") ? name.substring(2) : name);
      }
      if (!name.isEmpty()) {
        Optional<Path> found =
            SearchPath.find(name, spec.environment().getOrDefault("PATH", ""), directory);
        if (found.isEmpty()) {
          found = SearchPath.find(name, ownSearchPath, directory);
        }
        if (found.isPresent()) {
          return found.get();
        }
      }
    } catch (InvalidPathException e) {
      throw new StartRefusedException(
          Kind.INVALID_ENTRYPOINT, "fork/exec " + name + ": invalid argument");
    }
    throw new StartRefusedException(
        Kind.INVALID_ENTRYPOINT, "exec: \"" + name + "\": executable file not found in $PATH");
  }

  private void checkProgram(Path program) throws StartRefusedException {
    String problem;
    try {
      problem = problemWith(program, NESTED_SCRIPTS);
    } catch (IOException e) {
      problem = reason(program, e);
    }
    if (problem != null) {
      throw refused(program, problem);
    }
  }

  /** Returns why {@code file} cannot be executed, or null if it seems it can. */
  private @Nullable String problemWith(Path file, int nestedScripts) throws IOException {
    if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()
        || !Files.isExecutable(file)) {
      return FORBIDDEN;
    }
    if (!Files.isReadable(file)) {
      // Programs may be executed without being readable; nothing more can be said about them.
      return null;
    }
    byte[] start = start(file);
    if (start.length >= 2 && start[0] == '#' && start[1] == '!') {
      String interpreter = interpreter(start);
      if (interpreter.isEmpty()) {
        return NOT_A_PROGRAM;
      }
      return nestedScripts == 0
          ? "too many levels of symbolic links"
          : problemWith(spec.workingDirectory().resolve(interpreter), nestedScripts - 1);
    }
    String name = file.toString();
    Optional<ElfHeader> header = ElfHeader.read(file);
    if (header.isEmpty() && !Files.isReadable(OWN_PROGRAM)) {
      // Not Linux. Its formats are not ours to know, but no text is a program.
      return isText(start) ? NOT_A_PROGRAM : null;
    }
    if (header.isEmpty()) {
      return Emulators.LOCAL.knows(name, start) ? null : NOT_A_PROGRAM;
    }
    ElfHeader elf = header.get();
    if (!runsHere(elf.machine())) {
      return Emulators.LOCAL.run(elf.machine(), name, start) ? null : NOT_A_PROGRAM;
    }
    if (!elf.program()) {
      return NOT_A_PROGRAM;
    }
    String loader = elf.interpreter();
    return loader != null && Files.notExists(spec.workingDirectory().resolve(loader))
        ? MISSING
        : null;
  }

  private static byte[] start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(INSPECTED_BYTES);
    }
  }

  private static boolean isText(byte[] start) {
    for (byte b : start) {
      if (b == 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the interpreter of a script as the kernel reads it: a carriage return belongs to it.
   */
  private static String interpreter(byte[] start) {
    int from = 2;
    while (from < start.length && (start[from] == ' ' || start[from] == '\t')) {
      from++;
    }
    int to = from;
    while (to < start.length && " \t\n\0".indexOf(start[to]) < 0) {
      to++;
    }
    return new String(Arrays.copyOfRange(start, from, to), StandardCharsets.UTF_8);
  }

  /** Returns whether the processor itself runs a program; unknown ones are left to Linux. */
  private static boolean runsHere(int machine) throws IOException {
    if (!Files.isReadable(OWN_PROGRAM)) {
      return true;
    }
    int own = ElfHeader.read(OWN_PROGRAM).map(ElfHeader::machine).orElse(machine);
    return own == machine || PREDECESSORS.getOrDefault(own, -1) == machine;
  }

  /** Returns the refusal of a program that is the runtime's entry point. */
  public static StartRefusedException refused(Path program, String problem) {
    Kind kind = problem.equals(FORBIDDEN) ? Kind.PERMISSION_DENIED : Kind.INVALID_ENTRYPOINT;
    return new StartRefusedException(kind, "fork/exec " + program + ": " + problem);
  }

  /** Returns why {@code path} cannot be looked at, in the words of Go. */
  private static String reason(Path path, IOException e) {
    if (e instanceof NoSuchFileException) {
      return isBelowFile(path) ? NOT_A_DIRECTORY : MISSING;
    }
    if (e instanceof AccessDeniedException) {
      return FORBIDDEN;
    }
    String reason = e instanceof FileSystemException fse ? fse.getReason() : e.getMessage();
    return reason == null ? "input/output error" : lowerFirst(reason);
  }

  /** Distinguishes two cases that Java reports alike from some version on. */
  private static boolean isBelowFile(Path path) {
    Path parent = path.getParent();
    while (parent != null && !Files.exists(parent)) {
      parent = parent.getParent();
    }
    return parent != null && !Files.isDirectory(parent);
  }

  /** Returns {@code text} beginning in lower case, as Go words what C begins in upper case. */
  public static String lowerFirst(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }
}

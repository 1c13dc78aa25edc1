package dev.rapid.cli;

import dev.rapid.cli.config.ProcessContext;
import dev.rapid.telemetry.log.LineWriter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process environment of a command.
 *
 * @param in stdin
 * @param out stdout, without a buffer
 * @param err stderr; writing does not wait for its reader
 * @param environment the environment variables
 * @param directory the current directory, absolute
 */
record Shell(
    InputStream in,
    OutputStream out,
    LineWriter err,
    Map<String, String> environment,
    Path directory) {

  /** The prefix of variables that the launcher has saved. */
  private static final String INHERITED = "RAPID_INHERITED_";

  /** Copies the environment. */
  Shell {
    environment = Map.copyOf(environment);
  }

  /** Returns the real shell. The streams of {@link System} would cost buffers and encoders. */
  static Shell ofThisProcess() {
    return new Shell(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        Log.writer(new FileOutputStream(FileDescriptor.err)),
        inheritedEnvironment(System.getenv()),
        Path.of("").toAbsolutePath());
  }

  /**
   * Restores the variables that the launcher has changed for Rapid's Java; an empty saved value
   * means "not set".
   */
  static Map<String, String> inheritedEnvironment(Map<String, String> given) {
    Map<String, String> inherited = new HashMap<>(given);
    given.forEach((name, value) -> {
      if (name.startsWith(INHERITED)) {
        inherited.remove(name);
        String original = name.substring(INHERITED.length());
        if (value.isEmpty()) {
          inherited.remove(original);
        } else {
          inherited.put(original, value);
        }
      }
    });
    return inherited;
  }

  /** Returns the context that options of a command refer to. */
  ProcessContext context() {
    return new ProcessContext(environment, directory, in);
  }

  /** Prints {@code text} and a newline on stderr. */
  void complain(String text) {
    byte[] line = (text + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
    boolean unused = err.lines(line, 0, line.length);
  }

  /** Prints {@code text} on stdout. */
  void print(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      // Stderr has no reader, and there is no other place to report that.
    }
  }

  /** Returns whether stdout is a terminal; false if that is unknown. */
  static boolean outIsTerminal() {
    return isTerminal(1);
  }

  /** Returns whether stdin or stdout is a terminal; false if that is unknown. */
  static boolean isTerminal() {
    return isTerminal(0) || isTerminal(1);
  }

  private static boolean isTerminal(int descriptor) {
    Path target = targetOf(descriptor);
    return target != null
        && (target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty"));
  }

  /** Returns the files to which stdout and stderr are redirected, as far as that is known. */
  static List<Path> outputFiles() {
    return Stream.of(1, 2)
        .map(Shell::targetOf)
        .filter(each -> each != null && Files.isRegularFile(each))
        .toList();
  }

  private static @Nullable Path targetOf(int descriptor) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
    } catch (IOException | UnsupportedOperationException notLinux) {
      return null;
    }
  }
}

package dev.rapid.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * A Rapid with functions for the clients of AWS: {@code plain} and {@code other} take no tenants,
 * {@code tenants} isolates them, and {@code throttled} may run nothing.
 *
 * <p>The payload of the text {@code "variable NAME"} returns a variable of the function, and that
 * of {@code "header NAME"} a header that the runtime got; all others are echoed. The payload {@code
 * "meet FILE OTHER"} is answered when two invocations with the names exchanged run at once.
 */
final class SeveralFunctions {

  private SeveralFunctions() {}

  /** Starts it. */
  static Rapid serve(Path directory) {
    String command =
        ScriptedRuntime.command().stream()
            .map(word -> "\"" + word + "\"")
            .collect(Collectors.joining(", ", "[", "]"));
    Path file = directory.resolve("rapid.yaml");
    try {
      Files.writeString(
          file,
          """
          cwd: "%s"
          functions:
            plain:
              command: %s
            other:
              command: %s
            tenants:
              command: %s
              concurrency: 2
              tenant-isolation: true
            throttled:
              command: %s
              concurrency: 0
          """
              .formatted(directory, command, command, command, command));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Rapid.serve("--config=" + file);
  }
}

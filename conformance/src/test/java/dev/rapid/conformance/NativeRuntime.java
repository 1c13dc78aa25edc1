package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/** The load harness's client of the Runtime API, which costs next to nothing. */
final class NativeRuntime {

  private NativeRuntime() {}

  /**
   * Compiles it; without a C compiler the test is skipped.
   *
   * @return the program, {@code echo_runtime} in the directory
   */
  static Path compile(Path directory) {
    assumeTrue(Command.exists("cc"), "cc exists");
    Path program = directory.resolve("echo_runtime");
    Command.Result compiled =
        Command.of(
                "cc", "-O1", "-pthread", "-o", program.toString(), "benchmarks/e2e/echo_runtime.c")
            .run();
    assertThat(compiled.exit()).as(compiled.err()).isZero();
    return program;
  }
}

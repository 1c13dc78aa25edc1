package dev.rapid.conformance.kapacitor.peer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.conformance.Command;
import dev.rapid.conformance.Protoc;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Published programs in Rust that compute moving averages, on an implementation of the protocol
 * that is neither Kapacitor's nor ours (contract kapacitor-udf, section 18).
 */
final class RustIndicators {

  private static final String VERSION = "0.1.1";
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private RustIndicators() {}

  /**
   * Builds a program and starts it; the test is skipped without Rust, or without what Cargo
   * downloads.
   *
   * @param crate {@code stream} or {@code batch}
   */
  static ListeningAgent listening(String crate, Path socket) {
    assumeTrue(Command.exists("cargo"), "cargo is not installed");
    String name = "kapacitor-multi-indicator-" + crate + "-udf";
    Path directory =
        Path.of(System.getProperty("conformance.classes"))
            .resolveSibling("clients")
            .resolve("kapacitor-rust")
            .toAbsolutePath();
    Command.Result result =
        Command.of(
                "cargo",
                "install",
                "--quiet",
                "--locked",
                "--root=" + directory,
                "--target-dir=" + directory.resolve("target"),
                "--version=" + VERSION,
                name)
            .with("PROTOC", Protoc.path().toString())
            .with("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .within(PATIENCE)
            .run();
    assumeTrue(result.exit() == 0, () -> name + " cannot be installed: " + result.err());
    return ListeningAgent.start(
        socket, directory.resolve("bin").resolve(name).toString(), "-s", socket.toString());
  }
}

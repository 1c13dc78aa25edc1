package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** AWS's runtime client for Rust, the crate {@code lambda_runtime}. */
final class RustClientTest extends RuntimeClientTest {

  @Override
  ClientProject prepare() {
    return ClientProject.of("rust", "cargo").install("cargo", "build", "-q");
  }

  @Override
  List<String> command(ClientProject project, String handler) {
    return List.of(project.path("target/debug/client"));
  }

  @Override
  boolean hasFramedLog() {
    return false;
  }

  /** The program ends before the client starts. */
  @Override
  String initErrorType() {
    return "Runtime.ExitError";
  }

  @Override
  String handlerErrorType() {
    return "&alloc::boxed::Box<dyn core::error::Error + core::marker::Send + core::marker::Sync>";
  }

  @Test
  void a_body_is_streamed() {
    try (Rapid rapid = serveHandler("stream")) {
      Command.Result result =
          Command.rapid(
                  "invoke", "--stream", "--url=" + rapid.url(), "--event={\"text\":[\"a\",\"b\"]}")
              .run();

      assertThat(result.out()).endsWith("ab");
      assertThat(result.exit()).as(result.err()).isZero();
    }
  }
}

package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** AWS's runtime client for Go. */
final class GoClientTest extends RuntimeClientTest {

  @Override
  ClientProject prepare() {
    return ClientProject.of("go", "go").install("go", "build", "-mod=mod", "-o", "client", ".");
  }

  @Override
  List<String> command(ClientProject project, String handler) {
    return List.of(project.path("client"));
  }

  @Override
  boolean hasFramedLog() {
    return false;
  }

  /** The program panics before the client starts. */
  @Override
  String initErrorType() {
    return "Runtime.ExitError";
  }

  @Override
  boolean hasSeveralWorkers() {
    return true;
  }

  @Override
  String handlerErrorType() {
    return "errorString";
  }

  @Test
  void a_reader_is_streamed() {
    try (Rapid rapid = serve()) {
      Command.Result result = stream(rapid, Map.of("text", List.of("a", "b", "c")));

      assertThat(result.out()).isEqualTo("abc");
      assertThat(result.exit()).as(result.err()).isZero();
    }
  }

  @Test
  void an_error_in_mid_stream_reaches_the_caller() {
    try (Rapid rapid = serve()) {
      Command.Result result = stream(rapid, Map.of("text", List.of("a"), "message", "no luck"));

      assertThat(result.out()).isEqualTo("a");
      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.err()).contains("errorString", "no luck");
    }
  }

  private static Command.Result stream(Rapid rapid, Map<String, ?> fields) {
    String event = "--event=" + event("stream", fields);
    return Command.rapid("invoke", "--stream", "--url=" + rapid.url(), event).run();
  }
}

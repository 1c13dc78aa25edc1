package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A runtime that the user starts: here, the test. */
final class AttachTest {

  private static final String NEXT = "/2018-06-01/runtime/invocation/next";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String runtimeApi = "127.0.0.1:" + Rapid.freePort();

  private HttpResponse<String> next() throws Exception {
    return client.send(
        request("invocation/next").build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> respond(HttpResponse<String> event, String response)
      throws Exception {
    String id = event.headers().firstValue("Lambda-Runtime-Aws-Request-Id").orElseThrow();
    return client.send(
        request("invocation/" + id + "/response").POST(BodyPublishers.ofString(response)).build(),
        BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://" + runtimeApi + "/2018-06-01/runtime/" + path))
        .timeout(Rapid.PATIENCE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void a_runtime_that_the_user_starts_gets_the_events() throws Exception {
    try (Rapid rapid = Rapid.serve("--runtime-api-address=" + runtimeApi)) {
      assertThat(rapid.messages()).contains("AWS_LAMBDA_RUNTIME_API=" + runtimeApi);
      CompletableFuture<Answer> answer = rapid.invokeAsync(bytes("{\"a\":1}"));

      HttpResponse<String> event = next();
      assertThat(event.body()).isEqualTo("{\"a\":1}");
      assertThat(respond(event, "[1]").statusCode()).isEqualTo(202);

      assertThat(answer.join().text()).isEqualTo("[1]");
    }
  }

  @Test
  void a_runtime_that_is_started_anew_gets_the_event_again() throws Exception {
    try (Rapid rapid = Rapid.serve("--runtime-api-address=" + runtimeApi)) {
      CompletableFuture<Answer> answer = rapid.invokeAsync(bytes("{\"a\":1}"));
      Command stopped = Command.of("curl", "-s", "http://" + runtimeApi + NEXT);
      assertThat(stopped.run().out()).isEqualTo("{\"a\":1}");

      HttpResponse<String> event = next();

      assertThat(event.body()).isEqualTo("{\"a\":1}");
      assertThat(respond(event, "[1]").statusCode()).isEqualTo(202);
      assertThat(answer.join().text()).isEqualTo("[1]");
    }
  }

  @Test
  void a_late_response_is_refused_and_goes_nowhere() throws Exception {
    try (Rapid rapid = Rapid.serve("--runtime-api-address=" + runtimeApi, "--timeout=1")) {
      CompletableFuture<Answer> late = rapid.invokeAsync(bytes("{}"));
      HttpResponse<String> event = next();
      assertThat(late.join().text()).contains("Sandbox.Timedout");

      assertThat(respond(event, "\"late\"").statusCode()).isEqualTo(400);

      CompletableFuture<Answer> answer = rapid.invokeAsync(bytes("{}"));
      assertThat(respond(next(), "\"in time\"").statusCode()).isEqualTo(202);
      assertThat(answer.join().text()).isEqualTo("\"in time\"");
    }
  }
}

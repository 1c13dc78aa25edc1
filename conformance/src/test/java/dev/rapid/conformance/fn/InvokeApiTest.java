package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.Answer;
import dev.rapid.conformance.Rapid;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A function of Fn behind the Lambda Invoke API and a function URL, without a runner. */
@EnabledOnOs(OS.LINUX)
final class InvokeApiTest {

  @TempDir Path directory;

  private static Rapid serve(String what, String... options) {
    List<String> words = new ArrayList<>(List.of(options));
    words.addAll(List.of("--worker=fn-fdk", "--env=DO=" + what, "--"));
    words.addAll(TinyWorker.command());
    return Rapid.serve(words.toArray(String[]::new));
  }

  @Test
  void the_body_of_an_answer_is_the_response() {
    try (Rapid rapid = serve("echo")) {
      Answer answer = rapid.invoke("{\"n\":7}");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.functionError()).isEmpty();
      assertThat(answer.text()).isEqualTo("{\"n\":7}");
    }
  }

  @Test
  void the_worker_gets_json_with_the_headers_of_a_call() {
    try (Rapid rapid = serve("request")) {
      assertThat(rapid.invoke("{}").text())
          .contains("POST /call HTTP/1.1")
          .containsIgnoringCase("Content-Type: application/json")
          .contains("Fn-Call-Id: ", "Fn-Deadline: 20");
    }
  }

  @Test
  void a_502_is_an_error_of_the_function_with_its_body() {
    try (Rapid rapid = serve("status 502")) {
      Answer answer = rapid.invoke("{}");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(answer.text()).contains("reason");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop", "garbage", "exit 3", "status 500", "cut"})
  void a_worker_that_fails_is_an_error_of_the_function_and_the_next_call_has_another(String what) {
    try (Rapid rapid = serve(what)) {
      for (int i = 0; i < 2; i++) {
        Answer answer = rapid.invoke("{}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.functionError()).isEqualTo("Unhandled");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sleep 60", "head-then-sleep 60", "status 504"})
  void a_timeout_is_an_error_of_the_function(String what) {
    try (Rapid rapid = serve(what, "--timeout=1")) {
      Answer answer = rapid.invoke("{}");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(answer.text()).contains("Timed");
    }
  }

  @Test
  void several_invocations_at_once_have_several_workers() {
    try (Rapid rapid = serve("sleep 0.2", "--concurrency=3")) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(rapid.invokeAsync("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      }

      assertThat(answers).allSatisfy(each -> assertThat(each.join().text()).isEqualTo("ok"));
      assertThat(rapid.offspring()).hasSize(3);
    }
  }

  @Test
  void the_directory_of_a_worker_goes_with_it() {
    Path socket;
    try (Rapid rapid = serve("variable FN_LISTENER")) {
      socket = Path.of(rapid.invoke("{}").text().substring("unix:".length()));
      assertThat(Files.exists(socket)).isTrue();
    }
    await()
        .atMost(Rapid.PATIENCE)
        .untilAsserted(() -> assertThat(socket.getParent()).doesNotExist());
  }

  @Test
  void a_function_url_is_a_call_over_http_of_the_worker() throws Exception {
    try (Rapid rapid = serve("gateway 418");
        HttpClient client = HttpClient.newHttpClient()) {
      URI url = rapid.url().resolve("/lambda-url/function/some/path?x=1");
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(url)
                  .header("X-In", "v")
                  .header("Content-Type", "text/custom")
                  .method("PATCH", BodyPublishers.ofString("body"))
                  .build(),
              BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(418);
      assertThat(response.headers().firstValue("X-Out")).hasValue("b");
      assertThat(response.headers().firstValue("X-Plain")).isEmpty();
      assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain");
      assertThat(response.body())
          .contains(
              "fn-intent: httprequest",
              "fn-http-method: PATCH",
              "/some/path?x=1",
              "fn-http-h-x-in: v",
              "content-type: text/custom")
          .endsWith("\nbody");
    }
  }
}

package dev.rapid.conformance.azure.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.conformance.Answer;
import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Http;
import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * What every worker does with the same functions: {@code greet}, {@code fails}, {@code sleeps} and
 * {@code repeats} have an HTTP trigger, {@code queued} that of a queue, {@code timed} that of a
 * timer.
 */
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ResourceLock(ClientProject.SHARED)
abstract class WorkerTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @SuppressWarnings("NullAway.Init")
  private Rapid rapid;

  /** Installs the worker and returns an app for it; skips the test where that is impossible. */
  abstract AzureApp prepare() throws IOException;

  /** Returns the message of the error that {@code fails} reports for a body. */
  abstract String failure(String body);

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    AzureApp app = prepare().option("max-concurrency", 2);
    rapid = app.serve(directory, "greet", "fails", "sleeps", "repeats", "queued", "timed");
  }

  @AfterAll
  void end() {
    if (rapid != null) {
      rapid.close();
    }
  }

  Rapid rapid() {
    return rapid;
  }

  static URI invokeUrl(Rapid rapid, String function) {
    return rapid.url().resolve("/2015-03-31/functions/" + function + "/invocations");
  }

  Answer invoke(String function, String event) {
    return Http.post(invokeUrl(rapid, function), event).join();
  }

  static JsonNode json(Answer answer) {
    try {
      return JSON.readTree(answer.text());
    } catch (IOException e) {
      throw new UncheckedIOException(answer.toString(), e);
    }
  }

  @Test
  void c10_an_event_of_http_reaches_the_function_and_its_response_the_caller() {
    Answer answer =
        invoke(
            "greet",
            """
            {"version": "2.0", "rawPath": "/api/greet/Ada", "rawQueryString": "x=1",
             "headers": {"host": "example.org", "X-In": "v"}, "body": "text",
             "requestContext": {"http": {"method": "POST", "path": "/api/greet/Ada"}}}
            """);

    assertThat(answer.functionError()).as(answer.text()).isEmpty();
    assertThat(json(answer).path("statusCode").asInt()).isEqualTo(201);
    assertThat(json(answer).path("headers").toString()).containsIgnoringCase("\"x-out\":\"v\"");
    assertThat(json(answer).path("body").asText())
        .startsWith("POST http")
        .endsWith("/api/greet/Ada?x=1 name=Ada x=1 in=v body=text");
  }

  @Test
  void c10_a_request_to_the_function_url_reaches_the_function_as_http() throws Exception {
    HttpResponse<byte[]> response =
        put("/lambda-url/greet/api/greet/Ada?x=1", BodyPublishers.ofString("text"));

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.headers().firstValue("X-Out")).hasValue("v");
    assertThat(new String(response.body(), java.nio.charset.StandardCharsets.UTF_8))
        .startsWith("PUT http")
        .endsWith("/api/greet/Ada?x=1 name=Ada x=1 in=v body=text");
  }

  private HttpResponse<byte[]> put(String path, HttpRequest.BodyPublisher body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(rapid.url().resolve(path)).header("X-In", "v").PUT(body).build(),
          BodyHandlers.ofByteArray());
    }
  }

  @Test
  void c6_a_long_body_and_a_long_response_are_complete() throws Exception {
    byte[] body = new byte[5 * 1024 * 1024];
    new Random(6).nextBytes(body);

    HttpResponse<byte[]> response =
        put("/lambda-url/repeats/api/repeats", BodyPublishers.ofByteArray(body));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(body);
  }

  @Test
  void c11_a_message_of_a_queue_is_the_text_of_a_string() {
    assertThat(json(invoke("queued", "\"plain \\u00e4\"")).asText())
        .startsWith("plain \u00e4 times=1 id=");
  }

  @Test
  void c11_a_message_of_a_queue_is_the_json_of_an_object() {
    assertThat(json(invoke("queued", "{\"a\": [1, \"b\"]}")).asText())
        .startsWith("{\"a\":[1,\"b\"]} times=1 id=");
  }

  @Test
  void c12_a_timer_without_an_event_is_not_past_due() {
    assertThat(json(invoke("timed", "{}")).asText()).startsWithIgnoringCase("past due=false");
  }

  @Test
  void c13_an_exception_of_the_function_is_its_error() {
    Answer answer = invoke("fails", "\"bad thing\"");

    assertThat(answer.functionError()).isEqualTo("Unhandled");
    assertThat(json(answer).path("errorMessage").asText()).isEqualTo(failure("\"bad thing\""));
  }

  @Test
  void c13_a_failure_keeps_the_worker() {
    invoke("fails", "1");
    int processes = rapid.offspring().size();

    assertThat(invoke("fails", "2").functionError()).isEqualTo("Unhandled");
    assertThat(rapid.offspring()).hasSize(processes);
  }

  @Test
  void c14_of_two_invocations_in_one_worker_the_shorter_ends_first() {
    assertThat(invoke("sleeps", "0").status()).isEqualTo(200);
    CompletableFuture<Answer> longer = Http.post(invokeUrl(rapid, "sleeps"), "4000");

    assertThat(json(invoke("sleeps", "1")).path("body").asText()).isEqualTo("1");
    assertThat(longer).isNotDone();
    assertThat(json(longer.join()).path("body").asText()).isEqualTo("4000");
  }

  @Test
  void c25_what_the_function_logs_has_its_level() {
    String request = "{\"method\": \"GET\", \"url\": \"http://localhost/api/greet/Eva\"}";
    assertThat(json(invoke("greet", request)).path("statusCode").asInt()).isEqualTo(201);

    assertThat(rapid.awaitOutput("greets")).contains("INFO");
    assertThat(rapid.awaitOutput("warns")).contains("WARN");
    assertThat(rapid.awaitOutput("complains")).contains("ERROR");
  }
}

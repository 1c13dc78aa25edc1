package dev.rapid.emulator;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.emulator.InvokeResult.Status;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runtimes that the user starts, for several functions. */
@Timeout(60)
final class AttachAddressTest {

  private static final byte[] PAYLOAD = "{}".getBytes(UTF_8);

  @TempDir Path directory;

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void closeClient() {
    client.shutdownNow();
  }

  private FunctionSettings attached(String name) {
    return attached(name, Duration.ofSeconds(30));
  }

  private FunctionSettings attached(String name, Duration timeout) {
    return FunctionSettings.builder(List.of(), directory)
        .name(name)
        .timeout(timeout)
        .runtimeApi(new HostPort("127.0.0.1", 0))
        .build();
  }

  private static String addressOf(Rapid rapid, String function) {
    return rapid.function(function).variablesOfRuntime().getOrDefault("AWS_LAMBDA_RUNTIME_API", "");
  }

  /** Sends a poll for an invocation, as runtimes make its URL. */
  private CompletableFuture<HttpResponse<String>> poll(String address) {
    return client.sendAsync(
        HttpRequest.newBuilder(
                URI.create("http://" + address + "/2018-06-01/runtime/invocation/next"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Answers one invocation with {@code text}. */
  private void answerOne(String address, String text) {
    var ignored =
        poll(address)
            .thenCompose(next ->
                client.sendAsync(
                    HttpRequest.newBuilder(
                            URI.create(
                                "http://"
                                    + address
                                    + "/2018-06-01/runtime/invocation/"
                                    + next.headers()
                                        .firstValue("Lambda-Runtime-Aws-Request-Id")
                                        .orElse("")
                                    + "/response"))
                        .POST(HttpRequest.BodyPublishers.ofString("\"" + text + "\""))
                        .build(),
                    HttpResponse.BodyHandlers.ofString()));
  }

  private Rapid start(FunctionSettings... functions) throws IOException {
    Rapid.Builder builder = Rapid.builder().listen("127.0.0.1", 0);
    for (FunctionSettings function : functions) {
      builder.function(function);
    }
    return builder.start();
  }

  // ------------------------------------------------------------------ tests

  @Test
  void each_function_has_its_runtime_api_below_its_name_at_one_port() throws IOException {
    try (Rapid rapid = start(attached("one"), attached("two"))) {
      String one = addressOf(rapid, "one");
      String two = addressOf(rapid, "two");
      answerOne(one, "of one");
      answerOne(two, "of two");

      assertThat(one).endsWith("/one");
      assertThat(two).isEqualTo(one.replace("/one", "/two"));
      assertThat(rapid.invoke("two", PAYLOAD).join().payloadAsString()).isEqualTo("\"of two\"");
      assertThat(rapid.invoke("one", PAYLOAD).join().payloadAsString()).isEqualTo("\"of one\"");
    }
  }

  @Test
  void a_single_function_has_its_runtime_api_with_and_without_its_name() throws IOException {
    try (Rapid rapid = start(attached("one"))) {
      String address = addressOf(rapid, "one");

      assertThat(address).doesNotContain("/");
      answerOne(address, "plain");
      assertThat(rapid.invoke("one", PAYLOAD).join().payloadAsString()).isEqualTo("\"plain\"");
      answerOne(address + "/one", "named");
      assertThat(rapid.invoke("one", PAYLOAD).join().payloadAsString()).isEqualTo("\"named\"");
    }
  }

  @Test
  void a_function_that_rapid_starts_and_one_that_the_user_starts_live_together()
      throws IOException {
    FunctionSettings started =
        FunctionSettings.builder(EchoRuntime.command(), directory).name("started").build();
    try (Rapid rapid = start(started, attached("attached"))) {
      answerOne(addressOf(rapid, "attached"), "attached");

      assertThat(rapid.invoke("started", PAYLOAD).join().status()).isEqualTo(Status.RETURNED);
      assertThat(rapid.invoke("attached", PAYLOAD).join().payloadAsString())
          .isEqualTo("\"attached\"");
    }
  }

  @Test
  void a_call_without_a_name_is_answered_with_what_to_set() throws IOException {
    try (Rapid rapid = start(attached("one"), attached("two"))) {
      String address = addressOf(rapid, "one").replace("/one", "");

      String answer =
          given()
              .get("http://" + address + "/2018-06-01/runtime/invocation/next")
              .then()
              .statusCode(404)
              .extract()
              .asString();

      assertThat(answer).contains("AWS_LAMBDA_RUNTIME_API to " + address + "/NAME", "one, two");
    }
  }

  @Test
  void extensions_and_subscriptions_are_below_the_name_too() throws IOException {
    try (Rapid rapid = start(attached("one"), attached("two"))) {
      String address = addressOf(rapid, "two");

      String function =
          given()
              .header("Lambda-Extension-Name", "watcher")
              .body("{\"events\":[]}")
              .post("http://" + address + "/2020-01-01/extension/register")
              .then()
              .statusCode(200)
              .extract()
              .path("functionName");

      assertThat(function).isEqualTo("two");
      given().body("{}").put("http://" + address + "/2022-07-01/telemetry").then().statusCode(403);
    }
  }

  @Test
  void a_timeout_of_one_function_closes_no_connection_of_another() throws Exception {
    try (Rapid rapid = start(attached("one", Duration.ofMillis(200)), attached("two"))) {
      CompletableFuture<HttpResponse<String>> parked = poll(addressOf(rapid, "two"));
      CompletableFuture<HttpResponse<String>> taken = poll(addressOf(rapid, "one"));
      await().until(() -> rapid.function("two").isReady());

      assertThat(rapid.invoke("one", PAYLOAD).join().errorType()).isEqualTo("Sandbox.Timedout");
      assertThat(taken.join().statusCode()).isEqualTo(200);
      var ignored = rapid.invoke("two", PAYLOAD);

      assertThat(parked.join().statusCode()).isEqualTo(200);
    }
  }
}

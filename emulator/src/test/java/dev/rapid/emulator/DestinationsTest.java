package dev.rapid.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.NodeRole;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.emulator.settings.WhenBusy;
import dev.rapid.lambda.JsonReader;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.store.StoreSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Results of asynchronous invocations reach their destinations (contract invoke-api, 4.1). */
@Timeout(120)
final class DestinationsTest {

  private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:";

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.close();
  }

  private FunctionSettings.Builder function(String name) {
    return FunctionSettings.builder(EchoRuntime.command(), directory)
        .name(name)
        .timeout(Duration.ofSeconds(30))
        .initTimeout(Duration.ofSeconds(30))
        .variables(Map.of("GREETING", name));
  }

  private static AsyncSettings async(
      int attempts,
      @Nullable Destination onSuccess,
      @Nullable Destination onFailure,
      @Nullable Destination deadLetters) {
    return new AsyncSettings(
        attempts, Duration.ofMillis(1), AsyncSettings.MAX_AGE, onSuccess, onFailure, deadLetters);
  }

  private Destination file(String name) {
    return new Destination.OfFile(directory.resolve(name));
  }

  private Rapid.Builder rapid(FunctionSettings... functions) {
    Rapid.Builder builder = Rapid.builder().listen("127.0.0.1", 0).lazyInit(true);
    for (FunctionSettings each : functions) {
      builder.function(each);
    }
    return builder;
  }

  private String send(Rapid rapid, String function, String payload) throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:"
                            + rapid.address().getPort()
                            + "/2015-03-31/functions/"
                            + function
                            + "/invocations"))
                .header("X-Amz-Invocation-Type", "Event")
                .POST(HttpRequest.BodyPublishers.ofString('"' + payload + '"'))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(202);
    return answer.headers().firstValue("x-amzn-RequestId").orElseThrow();
  }

  private List<JsonNode> lines(String file) throws IOException {
    Path path = directory.resolve(file);
    if (!Files.exists(path)) {
      return List.of();
    }
    String text = Files.readString(path);
    List<JsonNode> lines = new ArrayList<>();
    // The last line may be under way.
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      lines.add(JsonReader.parse(line.getBytes(UTF_8)));
    }
    return lines;
  }

  private JsonNode onlyLine(String file) throws IOException {
    await().until(() -> !lines(file).isEmpty());
    assertThat(lines(file)).hasSize(1);
    return lines(file).getFirst();
  }

  @Test
  void a_success_is_recorded_in_a_file() throws Exception {
    FunctionSettings one =
        function("one").async(async(3, file("done.ndjson"), file("failed.ndjson"), null)).build();
    try (Rapid rapid = rapid(one).start()) {
      String id = send(rapid, "one", "hello");

      JsonNode record = onlyLine("done.ndjson");
      assertThat(record.path("requestContext").path("requestId").asText()).isEqualTo(id);
      assertThat(record.path("requestContext").path("functionArn").asText())
          .isEqualTo(ARN + "one:$LATEST");
      assertThat(record.path("requestContext").path("condition").asText()).isEqualTo("Success");
      assertThat(record.path("requestPayload").asText()).isEqualTo("hello");
      assertThat(record.path("responseContext").path("executedVersion").asText())
          .isEqualTo("$LATEST");
      assertThat(lines("failed.ndjson")).isEmpty();
    }
  }

  @Test
  void a_failure_is_recorded_with_its_attempts_and_goes_to_the_dead_letters_too() throws Exception {
    FunctionSettings one =
        function("one")
            .async(async(2, null, file("failed.ndjson"), file("letters.ndjson")))
            .build();
    try (Rapid rapid = rapid(one).start()) {
      String id = send(rapid, "one", "exit");

      JsonNode record = onlyLine("failed.ndjson");
      assertThat(record.path("requestContext").path("condition").asText())
          .isEqualTo("RetriesExhausted");
      assertThat(record.path("requestContext").path("approximateInvokeCount").asInt()).isEqualTo(2);
      assertThat(record.path("responseContext").path("functionError").asText())
          .isEqualTo("Unhandled");
      assertThat(record.path("responsePayload").path("errorType").asText())
          .isEqualTo("Runtime.ExitError");
      JsonNode letter = onlyLine("letters.ndjson");
      assertThat(letter.path("body").asText()).isEqualTo("\"exit\"");
      assertThat(letter.path("messageAttributes").path("RequestID").path("stringValue").asText())
          .isEqualTo(id);
    }
  }

  @Test
  void a_record_is_an_event_of_another_function() throws Exception {
    Destination two = new Destination.OfFunction(ARN + "two", "two", null);
    FunctionSettings one = function("one").async(async(1, two, null, null)).build();
    // What the second function answers shows the event that it got.
    FunctionSettings second =
        function("two").async(async(1, file("second.ndjson"), null, null)).build();
    try (Rapid rapid = rapid(one, second).start()) {
      String id = send(rapid, "one", "hello");

      JsonNode record = onlyLine("second.ndjson");
      assertThat(record.path("requestContext").path("functionArn").asText())
          .isEqualTo(ARN + "two:$LATEST");
      assertThat(record.path("requestPayload").path("requestContext").path("requestId").asText())
          .isEqualTo(id);
      assertThat(record.path("requestPayload").path("requestPayload").asText()).isEqualTo("hello");
    }
  }

  @Test
  void a_function_with_concurrency_0_is_recorded_without_an_attempt() throws Exception {
    FunctionSettings one =
        function("one")
            .concurrency(
                new ConcurrencySettings(0, null, 0, null, WhenBusy.THROTTLE, 1, null, false, null))
            .async(async(3, null, file("failed.ndjson"), null))
            .build();
    try (Rapid rapid = rapid(one).start()) {
      send(rapid, "one", "hello");

      JsonNode record = onlyLine("failed.ndjson");
      assertThat(record.path("requestContext").path("condition").asText())
          .isEqualTo("ZeroReservedConcurrency");
      assertThat(record.path("requestContext").path("approximateInvokeCount").asInt()).isZero();
      assertThat(record.has("responseContext")).isFalse();
    }
  }

  @Test
  void a_delivery_that_waits_for_its_target_survives_the_end() throws Exception {
    Path folder = directory.resolve("later");
    Destination later = new Destination.OfFile(folder.resolve("done.ndjson"));
    FunctionSettings one = function("one").async(async(3, later, null, null)).build();
    QueueSettings durable =
        new QueueSettings(
            new StoreSettings.InDirectory(directory.resolve("data")),
            Set.of(NodeRole.values()),
            1000);
    try (Rapid rapid = rapid(one).queue(durable).start()) {
      send(rapid, "one", "create:ran");
      await().until(() -> Files.exists(directory.resolve("ran")));
    }
    assertThat(folder).doesNotExist();
    Files.createDirectory(folder);

    try (Rapid rapid = rapid(one).queue(durable).start()) {
      assertThat(rapid.address()).isNotNull();
      assertThat(onlyLine("later/done.ndjson").path("requestPayload").asText())
          .isEqualTo("create:ran");
    }
  }
}

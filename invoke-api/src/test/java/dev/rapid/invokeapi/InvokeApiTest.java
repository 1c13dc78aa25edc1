package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.http.testing.WireAnswer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What all tests of this API share: an emulator whose accounts are settled at the end. */
abstract class InvokeApiTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private @Nullable Emulator emulator;

  /** The emulator of this test: the usual one unless {@link #start} made another. */
  final Emulator emulator() {
    Emulator existing = emulator;
    return existing == null ? start(Emulator.emulator()) : existing;
  }

  final Emulator start(Emulator.Builder builder) {
    Emulator started = builder.start();
    emulator = started;
    return started;
  }

  final Emulator start(RuntimeScript script) {
    return start(Emulator.emulator().runtime(script));
  }

  @AfterEach
  final void all_memory_is_given_back() {
    Emulator used = emulator();
    try {
      eventually(() -> used.usedBytes() == 0);
    } finally {
      used.close();
    }
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  static void assertReturned(WireAnswer answer, String body) {
    assertAnswered(answer, body);
    assertThat(answer.header("X-Amz-Function-Error")).isNull();
  }

  static void assertFailed(WireAnswer answer, String body) {
    assertAnswered(answer, body);
    assertThat(answer.header("X-Amz-Function-Error")).isEqualTo("Unhandled");
  }

  private static void assertAnswered(WireAnswer answer, String body) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(body);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Content-Length")).isEqualTo(String.valueOf(answer.body().length));
    assertThat(answer.header("x-amzn-Remapped-Content-Length")).isEqualTo("0");
    assertThat(answer.header("X-Amz-Executed-Version")).isEqualTo("$LATEST");
    assertThat(answer.header("X-Amz-Log-Result")).isNull();
    assertThat(answer.header("X-Amzn-Trace-Id")).startsWith("Root=1-");
    assertThat(answer.header("Date")).isNotNull();
    assertThat(answer.header("Connection")).isEqualTo("keep-alive");
    assertRequestId(answer);
  }

  static void assertRefused(WireAnswer answer, int status, String type, String body) {
    assertRefused(answer, status, type);
    assertThat(json(answer.text())).isEqualTo(json(body));
  }

  static void assertRefused(WireAnswer answer, int status, String type) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo(type);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Content-Length")).isEqualTo(String.valueOf(answer.body().length));
    assertThat(answer.header("X-Amz-Function-Error")).isNull();
    assertThat(answer.header("X-Amz-Executed-Version")).isNull();
    assertRequestId(answer);
  }

  private static void assertRequestId(WireAnswer answer) {
    assertThat(answer.header("x-amzn-RequestId"))
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  }

  /** The message of a refused request, in either spelling. */
  static String messageOf(WireAnswer answer) {
    JsonNode body = json(answer.text());
    return body.path("message").asText(body.path("Message").asText());
  }
}

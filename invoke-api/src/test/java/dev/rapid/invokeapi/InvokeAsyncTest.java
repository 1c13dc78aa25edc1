package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The old asynchronous operation (contract invoke-api, section 4.3). */
final class InvokeAsyncTest extends InvokeApiTest {

  private static final String PATH = "/2014-11-13/functions/echo/invoke-async/";
  private static final int LIMIT = 262_144;

  private static byte[] jsonString(int length) {
    byte[] text = new byte[length];
    Arrays.fill(text, (byte) 'a');
    text[0] = '"';
    text[length - 1] = '"';
    return text;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/"})
  void it_answers_202_and_runs_the_function(String end) {
    String path = PATH.substring(0, PATH.length() - 1) + end;

    WireAnswer answer = emulator().connect().post(path, "{\"a\": 1}");

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Content-Type")).isNull();
    eventually(() -> emulator().seen().size() == 1);
    assertThat(emulator().onlyEvent().text()).isEqualTo("{\"a\": 1}");
    assertThat(emulator().onlyEvent().requestId()).isEqualTo(answer.header("x-amzn-RequestId"));
  }

  @Test
  void a_body_of_256_kb_passes_and_a_larger_one_does_not() {
    assertThat(emulator().connect().post(PATH, jsonString(LIMIT)).status()).isEqualTo(202);
    eventually(() -> emulator().seen().size() == 1);

    WireAnswer answer = emulator().connect().post(PATH, jsonString(LIMIT + 1));

    assertRefused(answer, 413, "RequestEntityTooLargeException");
    assertThat(messageOf(answer))
        .isEqualTo(
            "262145 byte payload is too large for the Event invocation type (limit 262144 bytes)");
  }

  @Test
  void what_is_no_json_is_refused() {
    assertRefused(emulator().connect().post(PATH, "hello"), 400, "InvalidRequestContentException");
  }

  @Test
  void an_unknown_function_is_not_found() {
    assertRefused(
        emulator().connect().post(PATH.replace("echo", "nope"), "{}"),
        404,
        "ResourceNotFoundException");
  }

  @Test
  void another_method_is_not_allowed() {
    WireAnswer answer = emulator().connect().get(PATH);

    assertRefused(answer, 405, "MethodNotAllowedException");
    assertThat(answer.header("Allow")).isEqualTo("POST");
  }
}

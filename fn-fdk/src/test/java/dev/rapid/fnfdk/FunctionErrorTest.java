package dev.rapid.fnfdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callers of Lambda's APIs get of an error of a function with an FDK. */
final class FunctionErrorTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"message\":\"boom\"} | {\"message\":\"boom\"}",
        "boom | {\"errorType\":\"Function.Unknown\",\"errorMessage\":\"boom\"}",
        "\"boom\" | {\"errorType\":\"Function.Unknown\",\"errorMessage\":\"\\\"boom\\\"\"}",
        "`` | {\"errorType\":\"Function.Unknown\",\"errorMessage\":\"The function failed\"}",
      })
  void a_body_becomes_an_object(String body, String payload) {
    assertThat(new String(FunctionError.payload(body.getBytes(UTF_8)).toByteArray(), UTF_8))
        .isEqualTo(payload);
  }
}

package dev.rapid.queue.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportedErrorTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"errorType\":\"ValueError\",\"errorMessage\":\"no item\"} | ValueError: no item",
        "{\"errorType\":\"ValueError\",\"errorMessage\":\"\"}        | ValueError",
        "{\"errorMessage\":\"no item\"}                              | Runtime.Unknown: no item",
        "{\"errorMessage\":\"two\\nlines\\r\\n\\u001b[2J\"}          | Runtime.Unknown: two lines"
            + " [2J",
        "{\"errorType\":7}                                           | Runtime.Unknown",
        "[1]                                                         | Runtime.Unknown",
        "no JSON                                                     | Runtime.Unknown"
      })
  void an_error_is_one_line(String payload, String line) {
    assertThat(error(payload).line("Runtime.Unknown")).isEqualTo(line);
  }

  @Test
  void a_long_error_is_cut_between_characters() {
    String message = "x".repeat(184) + "\ud83d\ude80".repeat(10);

    assertThat(
            error("{\"errorType\":\"ValueErrors\",\"errorMessage\":\"" + message + "\"}").line(""))
        .isEqualTo("ValueErrors: " + "x".repeat(184) + "\ud83d\ude80...");
  }

  private static ReportedError error(String payload) {
    return ReportedError.of(payload.getBytes(StandardCharsets.UTF_8));
  }
}

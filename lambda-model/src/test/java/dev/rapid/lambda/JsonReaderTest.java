package dev.rapid.lambda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|Unexpected end-of-input: expected close marker for Object",
        "[1|Unexpected end-of-input: expected close marker for Array",
        "{\"a\":[1}|Unexpected close marker '}': expected ']'",
        "{\"a\" 1}|Unexpected character ('1' (code 49)): was expecting a colon to separate field"
            + " name and value"
      })
  void a_fault_is_told_without_the_settings_of_the_parser(String text, String message) {
    assertThatThrownBy(() -> JsonReader.parse(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessage(message);
  }
}

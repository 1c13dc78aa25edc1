package dev.rapid.templates.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Contract templates-and-runtimes, sections 4.2 and 4.3. */
class PlainScalarsTest {

  private static final Position POSITION = new Position(Path.of("t.yaml"), 1, 1);

  /** The columns: as written; null, boolean, number or text; its value; what it is as text. */
  @ParameterizedTest(name = "{0} is {1} {2}, as text {3}")
  @CsvFileSource(resources = "plain-scalars.csv", numLinesToSkip = 1, emptyValue = "")
  void a_scalar_without_quotes_is(String written, String kind, String value, String text) {
    ScalarNode scalar = new ScalarNode(POSITION, written, true);

    assertThat(scalar.isNull()).isEqualTo(kind.equals("null"));
    assertThat(scalar.asBoolean().map(String::valueOf)).isEqualTo(valueIf("boolean", kind, value));
    assertThat(scalar.asNumber().map(BigDecimal::toPlainString))
        .isEqualTo(valueIf("number", kind, value));
    assertThat(scalar.asText()).isEqualTo(text);
  }

  /** The columns: the text in quotes; boolean, number or text; its value. */
  @ParameterizedTest(name = "\"{0}\" is {1} {2}")
  @CsvFileSource(resources = "quoted-scalars.csv", numLinesToSkip = 1, emptyValue = "")
  void a_scalar_in_quotes_is(String text, String kind, String value) {
    ScalarNode scalar = ScalarNode.text(POSITION, text);

    assertThat(scalar.isNull()).isFalse();
    assertThat(scalar.asBoolean().map(String::valueOf)).isEqualTo(valueIf("boolean", kind, value));
    assertThat(scalar.asNumber().map(BigDecimal::toPlainString))
        .isEqualTo(valueIf("number", kind, value));
    assertThat(scalar.asText()).isEqualTo(text);
  }

  private static Optional<String> valueIf(String expected, String kind, String value) {
    return kind.equals(expected) ? Optional.of(value) : Optional.empty();
  }
}

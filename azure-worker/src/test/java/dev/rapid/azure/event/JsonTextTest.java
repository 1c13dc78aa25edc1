package dev.rapid.azure.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.azure.event.JsonText.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values as they stand in a payload. */
final class JsonTextTest {

  private static JsonText parse(String json) throws InvalidPayloadException {
    return JsonText.parse(json.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | OBJECT",
        " [ ] | ARRAY",
        "\"\" | STRING",
        "-1.5e400 | NUMBER",
        "true | BOOLEAN",
        "false | BOOLEAN",
        "null | NULL",
      })
  void a_value_has_a_kind(String json, Kind kind) throws InvalidPayloadException {
    assertThat(parse(json).kind()).isEqualTo(kind);
  }

  @Test
  void members_are_views_of_the_same_bytes() throws InvalidPayloadException {
    byte[] payload = "{\"a\": \"text\", \"b\" : 1.50 }".getBytes(UTF_8);

    Map<String, JsonText> members = JsonText.parse(payload).members();

    JsonText text = requireNonNull(members.get("a"));
    payload[7] = 'n';
    assertThat(text.text()).isEqualTo("next");
    assertThat(members.get("b")).hasToString("1.50");
  }

  @Test
  void members_of_members_are_found() throws InvalidPayloadException {
    JsonText inner =
        requireNonNull(parse(" {\"x\":[1, {\"a\\\"b\": \"}\\\\\"} ,\"]\"]}").members().get("x"));

    assertThat(inner.elements())
        .extracting(JsonText::toString)
        .containsExactly("1", "{\"a\\\"b\":\"}\\\\\"}", "\"]\"");
    assertThat(requireNonNull(inner.elements().get(1).members().get("a\"b")).text())
        .isEqualTo("}\\");
  }

  @Test
  void the_last_of_several_members_counts() throws InvalidPayloadException {
    assertThat(parse("{\"a\":1,\"a\":2}").members().get("a")).hasToString("2");
  }

  @Test
  void other_values_have_no_members_and_no_elements() throws InvalidPayloadException {
    assertThat(parse("[1]").members()).isEmpty();
    assertThat(parse("{\"a\":1}").elements()).isEmpty();
  }

  @Test
  void escapes_are_decoded() throws InvalidPayloadException {
    assertThat(parse("\"\\u00fc\\n\\ud83d\\ude00ü\"").text()).isEqualTo("ü\n\ud83d\ude00ü");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"\\\"\\\\\\/\" | `\"\\/`",
        "\"\\ud83dx\" | ?x",
        "\"\\ude00\" | ?",
        "\"\\ud83d\\u0041\" | ?A",
        "\"\\ud83d\" | ?",
        "\"\\u20AC\\u20ac\" | \u20ac\u20ac",
      })
  void every_escape_has_its_character(String json, String text) throws InvalidPayloadException {
    assertThat(parse(json).text()).isEqualTo(text);
  }

  @Test
  void white_space_inside_of_strings_stays() throws InvalidPayloadException {
    assertThat(parse("{ \"a b\" :\t[ 1 ,\r\n\" \\\" \" ] }"))
        .hasToString("{\"a b\":[1,\" \\\" \"]}");
  }

  @Test
  void the_source_stays_as_it_is() throws InvalidPayloadException {
    assertThat(UTF_8.decode(parse(" { \"a\" : 1 } ").source()).toString())
        .isEqualTo("{ \"a\" : 1 }");
  }

  @Test
  void deep_values_are_read() throws InvalidPayloadException {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);

    assertThat(parse(deep).elements()).hasSize(1);
  }

  @Test
  void no_bytes_count_as_null() throws InvalidPayloadException {
    assertThat(parse("").is(Kind.NULL)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {" ", "{", "[1,]", "1 2", "nul", "\"a", "{\"a\":}", "'a'", "\"\u0001\"", "NaN"})
  void what_is_no_json_is_refused(String payload) {
    assertThatThrownBy(() -> parse(payload))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageStartingWith("The payload ");
  }
}

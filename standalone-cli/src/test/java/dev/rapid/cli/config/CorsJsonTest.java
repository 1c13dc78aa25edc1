package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.invokeapi.url.CorsSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CORS settings as the AWS CLI takes them. */
final class CorsJsonTest {

  @Test
  void every_member_is_read() {
    CorsSettings settings =
        CorsJson.parse(
            """
            {"AllowOrigins":["https://a.example","http://b.example"],"AllowMethods":["GET","PUT"],
             "AllowHeaders":["x-one"],"ExposeHeaders":["x-two"],"MaxAge":60,
             "AllowCredentials":true}
            """);

    assertThat(settings)
        .isEqualTo(
            new CorsSettings(
                List.of("https://a.example", "http://b.example"),
                List.of("GET", "PUT"),
                List.of("x-one"),
                List.of("x-two"),
                60,
                true));
  }

  @Test
  void every_member_may_be_left_out() {
    assertThat(CorsJson.parse("{}"))
        .isEqualTo(new CorsSettings(List.of(), List.of(), List.of(), List.of(), null, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "[]", "3", "null", "\"*\""})
  void what_is_no_object_is_refused_with_an_example(String text) {
    assertThatThrownBy(() -> CorsJson.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a JSON object like {\"AllowOrigins\":[\"*\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "AllowOrigins=*", "{\"AllowOrigins\":[*]}"})
  void what_is_no_json_is_refused(String text) {
    assertThatThrownBy(() -> CorsJson.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("is not JSON: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{} x", "{}{}", "{\"MaxAge\":1}]"})
  void text_behind_the_object_is_refused(String text) {
    assertThatThrownBy(() -> CorsJson.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("is not JSON: ");
  }

  @Test
  void an_unknown_member_is_refused_with_the_known_ones() {
    assertThatThrownBy(() -> CorsJson.parse("{\"allowOrigins\":[]}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "has no member allowOrigins, but AllowCredentials, AllowHeaders, AllowMethods,"
                + " AllowOrigins, ExposeHeaders, MaxAge");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"AllowOrigins\":\"*\"}|is refused: AllowOrigins is not a list of strings",
        "{\"AllowMethods\":[1]}|is refused: AllowMethods is not a list of strings",
        "{\"AllowHeaders\":null}|is refused: AllowHeaders is not a list of strings",
        "{\"ExposeHeaders\":{}}|is refused: ExposeHeaders is not a list of strings",
        "{\"MaxAge\":\"60\"}|has a MaxAge that is not a number of seconds",
        "{\"MaxAge\":1.5}|has a MaxAge that is not a number of seconds",
        "{\"AllowCredentials\":\"true\"}|has AllowCredentials that are not true or false",
      })
  void a_member_of_another_type_is_refused(String text, String message) {
    assertThatThrownBy(() -> CorsJson.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void a_value_out_of_its_limits_is_refused_with_the_limits() {
    assertThatThrownBy(() -> CorsJson.parse("{\"MaxAge\":86401}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("is refused: MaxAge must be from 0 to 86400 seconds, not 86401");
    assertThatThrownBy(() -> CorsJson.parse("{\"AllowMethods\":[\"OPTIONS\"]}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("is refused: AllowMethods may have entries of 1 to 6 characters");
  }
}

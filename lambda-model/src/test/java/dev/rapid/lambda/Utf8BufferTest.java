package dev.rapid.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Utf8BufferTest {

  @Test
  void moments_are_written_as_the_standard_library_writes_them() {
    DateTimeFormatter expected =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long millis = random.nextLong(Instant.parse("2399-12-31T23:59:59.999Z").toEpochMilli());
      assertThat(new Utf8Buffer(8).putTime(millis).toString())
          .isEqualTo(expected.format(Instant.ofEpochMilli(millis)));
    }
  }

  @Test
  void numbers_are_padded_and_scaled() {
    Utf8Buffer line = new Utf8Buffer(1);

    line.put(0).put(' ').put(1804).put(' ').putPadded(7, 3).put(' ').putFixed(107_005, 2);

    assertThat(line.toString()).isEqualTo("0 1804 007 1070.05");
  }

  @Test
  void text_is_written_as_utf_8_and_as_json() {
    Utf8Buffer line = new Utf8Buffer(1);

    line.put("a\u00e9\ud83d\ude00 ").putJson("q\"\\\n\u001f\u00e9");

    assertThat(line.toString()).isEqualTo("a\u00e9\ud83d\ude00 \"q\\\"\\\\\\n\\u001f\u00e9\"");
  }

  @Test
  void what_ends_a_line_or_harms_a_page_is_escaped_in_strings() {
    Utf8Buffer line = new Utf8Buffer(1);

    line.putJson("<a>&\u2028\u2029b");
    byte[] utf8 = "x <y> &\u2028\u2029".getBytes(StandardCharsets.UTF_8);
    line.putJson(utf8, 2, utf8.length - 2);

    assertThat(line.toString())
        .isEqualTo(
            "\"\\u003ca\\u003e\\u0026\\u2028\\u2029b\""
                + "\"\\u003cy\\u003e \\u0026\\u2028\\u2029\"");
  }

  @Test
  void json_text_is_put_on_one_line_with_the_same_escapes() {
    Utf8Buffer line = new Utf8Buffer(1);
    byte[] json = "{\r\n\"<a>\":\"&\u00e9\u2028\u2029\\u003c\"}".getBytes(StandardCharsets.UTF_8);

    line.putJsonText(json, 0, json.length);

    assertThat(line.toString())
        .isEqualTo("{  \"\\u003ca\\u003e\":\"\\u0026\u00e9\\u2028\\u2029\\u003c\"}");
  }

  @Test
  void required_escapes_are_those_that_jackson_writes() throws IOException {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 0x3000; c++) {
      all.append(c);
    }
    String text = all.append("\ud83d\ude00").toString();

    String written = new Utf8Buffer(8).putJson(text, JsonEscapes.REQUIRED).toString();

    assertThat(written).isEqualTo(new ObjectMapper().writeValueAsString(text));
  }

  @ParameterizedTest
  @EnumSource(JsonEscapes.class)
  void what_is_written_as_json_is_read_as_the_same_text(JsonEscapes escapes) throws IOException {
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      String text =
          random
              .ints(random.nextInt(40), 0, Character.MAX_CODE_POINT + 1)
              .map(point -> random.nextBoolean() ? point % 0x80 : point)
              .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      byte[] json = new Utf8Buffer(1).putJson(text, escapes).toBytes();
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);

      assertThat(new ObjectMapper().readValue(json, String.class)).isEqualTo(text);
      assertThat(new Utf8Buffer(1).put(text).toBytes()).isEqualTo(utf8);
      assertThat(new Utf8Buffer(1).putJson(utf8, 0, utf8.length).toBytes())
          .isEqualTo(new Utf8Buffer(1).putJson(text).toBytes());
    }
  }

  @Test
  void half_a_surrogate_pair_is_replaced() {
    Utf8Buffer line = new Utf8Buffer(1);

    line.put("\ud83d ").putJson("\ude00x\ud83d");

    assertThat(line.toString()).isEqualTo("\ufffd \"\ufffdx\ufffd\"");
  }

  @Test
  void negative_numbers_have_a_sign() {
    assertThat(new Utf8Buffer(1).put(-12).put(' ').put(Long.MIN_VALUE).toString())
        .isEqualTo("-12 " + Long.MIN_VALUE);
  }
}

package dev.rapid.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineBufferTest {

  @Test
  void moments_are_written_as_the_standard_library_writes_them() {
    DateTimeFormatter expected =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long millis = random.nextLong(Instant.parse("2399-12-31T23:59:59.999Z").toEpochMilli());
      assertThat(new LineBuffer(8).putTime(millis).toString())
          .isEqualTo(expected.format(Instant.ofEpochMilli(millis)));
    }
  }

  @Test
  void numbers_are_padded_and_scaled() {
    LineBuffer line = new LineBuffer(1);

    line.put(0).put(' ').put(1804).put(' ').putPadded(7, 3).put(' ').putFixed(107_005, 2);

    assertThat(line.toString()).isEqualTo("0 1804 007 1070.05");
  }

  @Test
  void text_is_written_as_utf_8_and_as_json() {
    LineBuffer line = new LineBuffer(1);

    line.put("a\u00e9\ud83d\ude00 ").putJson("q\"\\\n\u001f\u00e9");

    assertThat(line.toString()).isEqualTo("a\u00e9\ud83d\ude00 \"q\\\"\\\\\\n\\u001f\u00e9\"");
  }

  @Test
  void what_ends_a_line_or_harms_a_page_is_escaped_in_strings() {
    LineBuffer line = new LineBuffer(1);

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
    LineBuffer line = new LineBuffer(1);
    byte[] json = "{\r\n\"<a>\":\"&\u00e9\u2028\u2029\\u003c\"}".getBytes(StandardCharsets.UTF_8);

    line.putJsonText(json, 0, json.length);

    assertThat(line.toString())
        .isEqualTo("{  \"\\u003ca\\u003e\":\"\\u0026\u00e9\\u2028\\u2029\\u003c\"}");
  }
}

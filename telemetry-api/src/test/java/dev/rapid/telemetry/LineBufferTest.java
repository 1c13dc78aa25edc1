package dev.rapid.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

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
}

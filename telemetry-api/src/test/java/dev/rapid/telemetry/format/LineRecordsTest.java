package dev.rapid.telemetry.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.lambda.Utf8Buffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineRecordsTest {

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1}", " {\"a\":1}", "{\"a\":1}\t ", "\r\n {\"a\":1} \r"})
  void a_json_object_is_the_record_without_the_blanks_around_it(String line) {
    assertThat(record(line)).isEqualTo("{\"a\":1}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", " { ", "{}x", "[1]", "\u00a0{}"})
  void any_other_line_is_a_string_with_its_blanks(String line) {
    assertThat(record(line)).isEqualTo('"' + line + '"');
  }

  private static String record(String line) {
    byte[] bytes = ("__" + line + "__").getBytes(UTF_8);
    Utf8Buffer records = new Utf8Buffer(16);
    LineRecords.append("function", bytes, 2, bytes.length - 4, 0, true, records);
    String text = records.toString();
    String before = "\"record\":";
    return text.substring(text.indexOf(before) + before.length(), text.length() - 2);
  }
}

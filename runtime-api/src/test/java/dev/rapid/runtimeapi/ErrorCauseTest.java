package dev.rapid.runtimeapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What remains of a cause for X-Ray (contract runtime-extensions-telemetry, sections 5.2 to 5.4).
 */
final class ErrorCauseTest {

  private static final int LIMIT = 65_536;

  private static String causeOf(String json) {
    @Nullable String cause = ErrorCause.of(json);
    if (cause == null) {
      throw new AssertionError("not valid: " + json);
    }
    return cause;
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A cause with {@code count} paths and exceptions, each with a text of {@code length}. */
  private static String lists(int paths, int exceptions, int length) {
    String text = "x".repeat(length);
    return "{\"paths\":["
        + String.join(",", Collections.nCopies(paths, "\"" + text + "\""))
        + "],\"exceptions\":["
        + String.join(",", Collections.nCopies(exceptions, "{\"type\":\"" + text + "\"}"))
        + "]}";
  }

  /** What {@link #lists} is rendered as. */
  private static String rendered(int paths, int exceptions, int length) {
    String text = "x".repeat(length);
    return "{\"exceptions\":["
        + String.join(",", Collections.nCopies(exceptions, "{\"type\":\"" + text + "\"}"))
        + "],\"working_directory\":\"\",\"paths\":["
        + String.join(",", Collections.nCopies(paths, "\"" + text + "\""))
        + "]}";
  }

  // ------------------------------------------------------------------ what is valid

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"paths":["a.py"],"x":1} | {"exceptions":null,"working_directory":"","paths":["a.py"]}
          {"message":"boom"} | {"exceptions":null,"working_directory":"","paths":null,"message":"boom"}
          {"exceptions":[{"type":"E","stack":[{"path":"f","line":0,"label":""}]}]} | {"exceptions":[{"type":"E","stack":[{"path":"f"}]}],"working_directory":"","paths":null}
          {"exceptions":[{}]} | {"exceptions":[{}],"working_directory":"","paths":null}
          {"exceptions":[null]} | {"exceptions":[{}],"working_directory":"","paths":null}
          {"exceptions":[{"stack":[]}]} | {"exceptions":[{}],"working_directory":"","paths":null}
          {"exceptions":[{"stack":[null,{}]}]} | {"exceptions":[{"stack":[{},{}]}],"working_directory":"","paths":null}
          {"paths":[null]} | {"exceptions":null,"working_directory":"","paths":[""]}
          {"working_directory":"/var/task","paths":[],"exceptions":[],"message":""} | {"exceptions":[],"working_directory":"/var/task","paths":[]}
          {"working_directory":"/","paths":null,"exceptions":null,"message":null} | {"exceptions":null,"working_directory":"/","paths":null}
          {"exceptions":[{"y":1,"stack":[{"z":{},"label":"l","line":-3,"path":"p"}],"type":"T","message":"m"}],"paths":["a","b"],"message":"m","working_directory":"w"} | {"exceptions":[{"message":"m","type":"T","stack":[{"path":"p","line":-3,"label":"l"}]}],"working_directory":"w","paths":["a","b"],"message":"m"}
          {"MESSAGE":"m","Paths":["p"]} | {"exceptions":null,"working_directory":"","paths":["p"],"message":"m"}
          {"Message":"folded","message":"exact"} | {"exceptions":null,"working_directory":"","paths":null,"message":"exact"}
          {"message":"a","message":"b"} | {"exceptions":null,"working_directory":"","paths":null,"message":"b"}
          {"message":"<a&b>\\u2028\\u2029\\"\\\\\\n\\r\\t\\u0001\\/\u00e9"} | {"exceptions":null,"working_directory":"","paths":null,"message":"\\u003ca\\u0026b\\u003e\\u2028\\u2029\\"\\\\\\n\\r\\t\\u0001/\u00e9"}
          {"message":"\\ud83d\\ude00\\ud83d\\ude00x\\ud83d"} | {"exceptions":null,"working_directory":"","paths":null,"message":"\ud83d\ude00\ud83d\ude00x\ufffd"}
          """)
  void a_valid_cause_is_reduced_to_what_is_known(String json, String expected) {
    assertThat(ErrorCause.of(json)).isEqualTo(expected);
    assertThat(ErrorCause.of(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "",
        "null",
        "{}",
        "[]",
        "\"x\"",
        "1",
        "{\"paths\":[]}",
        "{\"exceptions\":[]}",
        "{\"foo\":\"bar\"}",
        "{\"message\":\"\"}",
        "{\"working_directory\":\"\"}",
        "{\"message\":null}",
        "{\"message\":\"m\"} x",
        "{\"message\":\"m\"",
        "{\"paths\":\"\"}",
        "{\"exceptions\":{}}",
        "{\"message\":\"m\",\"paths\":\"\"}",
        "{\"message\":\"m\",\"paths\":[1]}",
        "{\"message\":\"m\",\"exceptions\":{}}",
        "{\"message\":\"m\",\"exceptions\":[1]}",
        "{\"message\":\"m\",\"exceptions\":[{\"type\":1}]}",
        "{\"message\":\"m\",\"exceptions\":[{\"stack\":{}}]}",
        "{\"message\":\"m\",\"exceptions\":[{\"stack\":[\"s\"]}]}",
        "{\"exceptions\":[{\"stack\":[{\"line\":1.5}]}]}",
        "{\"exceptions\":[{\"stack\":[{\"line\":1.0}]}]}",
        "{\"exceptions\":[{\"stack\":[{\"line\":\"1\"}]}]}",
        "{\"exceptions\":[{\"stack\":[{\"line\":9223372036854775808}]}]}",
        "{\"working_directory\":1,\"message\":\"m\"}",
        "{\"message\":{}}"
      })
  void an_invalid_cause_is_none(String json) {
    assertThat(ErrorCause.of(json)).isNull();
  }

  // ------------------------------------------------------------------ what is too large

  @Test
  void a_cause_of_65536_bytes_stays_whole() {
    int frame = rendered(1, 0, 0).length();

    String cause = causeOf(lists(1, 0, LIMIT - frame));

    assertThat(utf8Length(cause)).isEqualTo(LIMIT);
    assertThat(cause).isEqualTo(rendered(1, 0, LIMIT - frame));
  }

  @Test
  void a_cause_of_one_byte_more_loses_its_only_path() {
    int frame = rendered(1, 0, 0).length();

    String cause = causeOf(lists(1, 0, LIMIT - frame + 1));

    assertThat(cause).isEqualTo("{\"exceptions\":[],\"working_directory\":\"\",\"paths\":[]}");
  }

  @Test
  void bytes_count_and_not_characters() {
    String cause =
        causeOf("{\"message\":\"m\",\"paths\":[\"" + "\u00e9".repeat(LIMIT / 2) + "\"]}");

    assertThat(cause)
        .isEqualTo(
            "{\"exceptions\":null,\"working_directory\":\"\",\"paths\":[],\"message\":\"m\"}");
  }

  @Test
  void escapes_count_as_they_are_written() {
    String cause = causeOf("{\"message\":\"m\",\"paths\":[\"" + "<".repeat(LIMIT / 5) + "\"]}");

    assertThat(cause).contains("\"paths\":[]");
  }

  @ParameterizedTest
  @CsvSource({"8000, 8, 5", "10000, 6, 4", "14000, 4, 2", "25000, 2, 1", "30000, 2, 1"})
  void the_first_share_of_both_lists_that_fits_wins(int bytesEach, int paths, int exceptions) {
    // Ten paths that matter, and seven exceptions that are small beside them.
    String path = "\"" + "x".repeat(bytesEach) + "\"";
    String json =
        "{\"paths\":["
            + String.join(",", Collections.nCopies(10, path))
            + "],\"exceptions\":["
            + String.join(",", Collections.nCopies(7, "{\"type\":\"E\"}"))
            + "]}";

    String cause = causeOf(json);

    assertThat(cause)
        .isEqualTo(
            "{\"exceptions\":["
                + String.join(",", Collections.nCopies(exceptions, "{\"type\":\"E\"}"))
                + "],\"working_directory\":\"\",\"paths\":["
                + String.join(",", Collections.nCopies(paths, path))
                + "]}");
  }

  @Test
  void one_huge_exception_is_lost_and_the_texts_stay() {
    String cause =
        causeOf(
            "{\"message\":\"m\",\"working_directory\":\"w\",\"exceptions\":[{\"message\":\""
                + "x".repeat(70_000)
                + "\"}]}");

    assertThat(cause)
        .isEqualTo(
            "{\"exceptions\":[],\"working_directory\":\"w\",\"paths\":null,\"message\":\"m\"}");
  }

  @Test
  void one_giant_message_costs_all_else_and_is_cut_to_30720_bytes() {
    String cause =
        causeOf(
            "{\"message\":\""
                + "m".repeat(70_000)
                + "\",\"working_directory\":\"w\",\"paths\":[\"p\"],\"exceptions\":[{}]}");

    assertThat(cause)
        .isEqualTo(
            "{\"exceptions\":null,\"working_directory\":\"w\",\"paths\":null,\"message\":\""
                + "m".repeat(30_717)
                + "...\"}");
  }

  @Test
  void both_texts_are_cut() {
    String cause =
        causeOf(
            "{\"message\":\""
                + "m".repeat(30_721)
                + "\",\"working_directory\":\""
                + "w".repeat(40_000)
                + "\"}");

    assertThat(cause)
        .isEqualTo(
            "{\"exceptions\":null,\"working_directory\":\""
                + "w".repeat(30_717)
                + "...\",\"paths\":null,\"message\":\""
                + "m".repeat(30_717)
                + "...\"}");
  }

  @Test
  void a_text_of_30720_bytes_is_not_cut() {
    String cause =
        causeOf(
            "{\"message\":\""
                + "m".repeat(30_720)
                + "\",\"working_directory\":\""
                + "w".repeat(40_000)
                + "\"}");

    assertThat(cause).contains("\"message\":\"" + "m".repeat(30_720) + "\"");
  }

  @ParameterizedTest
  @CsvSource({"0, 15358", "1, 15358"})
  void a_text_is_cut_between_two_characters_of_two_bytes(int before, int whole) {
    String text = "a".repeat(before) + "\u00e9".repeat(40_000);

    String cause = causeOf("{\"message\":\"" + text + "\"}");

    assertThat(cause)
        .endsWith("\"message\":\"" + "a".repeat(before) + "\u00e9".repeat(whole) + "...\"}");
  }

  @Test
  void no_pair_of_surrogates_is_cut_in_two() {
    String cause = causeOf("{\"message\":\"" + "\ud83d\ude00".repeat(20_000) + "\"}");

    assertThat(cause).endsWith("\"message\":\"" + "\ud83d\ude00".repeat(7679) + "...\"}");
  }

  @Test
  void the_result_of_the_last_step_is_not_measured_again() {
    String cause = causeOf("{\"message\":\"" + "<".repeat(40_000) + "\"}");

    assertThat(cause).endsWith("\"message\":\"" + "\\u003c".repeat(30_717) + "...\"}");
  }
}

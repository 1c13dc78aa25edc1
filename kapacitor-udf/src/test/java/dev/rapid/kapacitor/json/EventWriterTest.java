package dev.rapid.kapacitor.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.Option;
import dev.rapid.kapacitor.protocol.Point;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Data of a host becomes events for a function. */
final class EventWriterTest {

  private static final UseContext CONTEXT = new UseContext("t1", "udf2", List.of());
  private static final String CONTEXT_JSON =
      "\"context\":{\"nodeID\":\"udf2\",\"options\":{},\"taskID\":\"t1\"}";

  private static Point point(String text) {
    return CaseFile.message(text, Point.getDefaultInstance());
  }

  private static String textOf(Payload event) {
    return new String(event.toByteArray(), UTF_8);
  }

  private static String pointsOf(Point... points) {
    String event = textOf(new EventWriter().stream(List.of(points), CONTEXT));
    String before = "{" + CONTEXT_JSON + ",\"points\":[";
    assertThat(event).startsWith(before).endsWith("]}");
    return event.substring(before.length(), event.length() - 2);
  }

  @Test
  void a_point_has_all_that_it_has_on_the_wire() {
    assertThat(
            pointsOf(
                point(
                    "time: 1700000000500000000 name: 'm' database: 'db' retentionPolicy: 'rp'"
                        + " group: 'm\\nh=a' dimensions: 'h' byName: true"
                        + " tags { key: 'x' value: 'y' } tags { key: 'h' value: 'a' }"
                        + " fieldsDouble { key: 'd' value: -0.5 }"
                        + " fieldsInt { key: 'i' value: -1 }"
                        + " fieldsString { key: 's' value: '\\303\\251\"' }"
                        + " fieldsBool { key: 'b' value: false }")))
        .isEqualTo(
            "{\"byName\":true,\"database\":\"db\",\"dimensions\":[\"h\"],"
                + "\"fields\":{\"b\":false,\"d\":-0.5,\"s\":\"é\\\"\"},\"group\":\"m\\nh=a\","
                + "\"ints\":{\"i\":-1},\"name\":\"m\",\"retentionPolicy\":\"rp\","
                + "\"tags\":{\"h\":\"a\",\"x\":\"y\"},\"time\":\"2023-11-14T22:13:20.5Z\"}");
  }

  @Test
  void what_a_point_may_lack_is_left_out() {
    assertThat(pointsOf(point("name: 'm'")))
        .isEqualTo("{\"fields\":{},\"name\":\"m\",\"tags\":{},\"time\":\"1970-01-01T00:00:00Z\"}");
  }

  @Test
  void an_empty_group_is_written_if_another_one_would_be_assumed() {
    assertThat(pointsOf(point("dimensions: 'h'"))).contains("\"group\":\"\"");
    assertThat(pointsOf(point("byName: true"))).contains("\"group\":\"\"");
  }

  @Test
  void integers_that_a_double_cannot_hold_are_text() {
    assertThat(
            pointsOf(
                point(
                    "fieldsInt { key: 'a' value: 9007199254740991 }"
                        + " fieldsInt { key: 'b' value: 9007199254740992 }"
                        + " fieldsInt { key: 'c' value: -9007199254740991 }"
                        + " fieldsInt { key: 'd' value: -9007199254740992 }"
                        + " fieldsInt { key: 'e' value: -9223372036854775808 }")))
        .contains(
            "\"ints\":{\"a\":9007199254740991,\"b\":\"9007199254740992\","
                + "\"c\":-9007199254740991,\"d\":\"-9007199254740992\","
                + "\"e\":\"-9223372036854775808\"}");
  }

  @Test
  void doubles_that_JSON_has_no_number_for_are_objects() {
    assertThat(
            pointsOf(
                point(
                    "fieldsDouble { key: 'a' value: nan } fieldsDouble { key: 'b' value: inf }"
                        + " fieldsDouble { key: 'c' value: -inf }"
                        + " fieldsDouble { key: 'd' value: 1 }")))
        .contains(
            "\"fields\":{\"a\":{\"double\":\"NaN\"},\"b\":{\"double\":\"Infinity\"},"
                + "\"c\":{\"double\":\"-Infinity\"},\"d\":1.0}");
  }

  /** Returns the event for a batch whose points come one by one. */
  static Payload batch(BeginBatch begin, List<Point> points, EndBatch end, UseContext context) {
    BatchEvent event = new EventWriter().batch(begin);
    points.forEach(event::add);
    assertThat(event.points()).isEqualTo(points.size());
    return event.end(end, context);
  }

  @Test
  void a_batch_has_what_its_end_says() {
    String event =
        textOf(
            batch(
                BeginBatch.newBuilder().setName("begin").setByName(true).build(),
                List.of(
                    point("time: 1 group: 'g' fieldsDouble { key: 'a' value: 1 }"),
                    point("time: 2 name: 'n' tags { key: 'h' value: 'a' }")),
                EndBatch.newBuilder()
                    .setName("m")
                    .setGroup("g")
                    .setTmax(3)
                    .putTags("h", "a")
                    .build(),
                CONTEXT));

    assertThat(event)
        .isEqualTo(
            "{\"batches\":[{\"byName\":true,\"group\":\"g\",\"name\":\"m\",\"points\":["
                + "{\"fields\":{\"a\":1.0},\"tags\":{},\"time\":\"1970-01-01T00:00:00.000000001Z\"},"
                + "{\"fields\":{},\"tags\":{\"h\":\"a\"},"
                + "\"time\":\"1970-01-01T00:00:00.000000002Z\"}],"
                + "\"tags\":{\"h\":\"a\"},\"tmax\":\"1970-01-01T00:00:00.000000003Z\"}],"
                + CONTEXT_JSON
                + "}");
  }

  @Test
  void a_batch_may_have_no_points() {
    String event =
        textOf(
            batch(
                BeginBatch.getDefaultInstance(),
                List.of(),
                EndBatch.getDefaultInstance(),
                CONTEXT));

    assertThat(event)
        .startsWith("{\"batches\":[{\"name\":\"\",\"points\":[],\"tags\":{},\"tmax\":");
  }

  @Test
  void the_context_has_the_values_of_each_option() {
    List<Option> options =
        Stream.of(
                "name: 'z' values { type: BOOL boolValue: true }",
                "name: 'field' values { type: STRING stringValue: 'a' }",
                "name: 'many' values { type: INT intValue: 9223372036854775807 }"
                    + " values { type: DOUBLE doubleValue: inf }"
                    + " values { type: DURATION durationValue: 90000000000 }",
                "name: 'none'",
                "name: 'field' values { type: STRING stringValue: 'b' }")
            .map(text -> CaseFile.message(text, Option.getDefaultInstance()))
            .toList();

    assertThat(textOf(new EventWriter().stream(List.of(), new UseContext("t", "n", options))))
        .contains(
            "\"options\":{\"field\":[\"a\",\"b\"],"
                + "\"many\":[\"9223372036854775807\",{\"double\":\"Infinity\"},\"90s\"],"
                + "\"none\":[],\"z\":[true]}");
  }

  @Test
  void a_value_that_the_host_leaves_out_is_the_default_of_its_type() {
    Option option =
        CaseFile.message(
            "name: 'o' values { type: BOOL } values { type: INT } values { type: DOUBLE }"
                + " values { type: STRING } values { type: DURATION }",
            Option.getDefaultInstance());

    assertThat(
            textOf(new EventWriter().stream(List.of(), new UseContext("t", "n", List.of(option)))))
        .contains("{\"o\":[false,0,0.0,\"\",\"0s\"]}");
  }

  @Test
  void a_duration_is_a_whole_number_of_the_longest_unit() {
    assertThat(
            Stream.of(
                    1L,
                    -1L,
                    1_500L,
                    2_000L,
                    1_500_000L,
                    90_000_000_000L,
                    60_000_000_000L,
                    3_600_000_000_000L,
                    172_800_000_000_000L,
                    Long.MIN_VALUE)
                .map(DurationText::of))
        .containsExactly(
            "1ns",
            "-1ns",
            "1500ns",
            "2u",
            "1500u",
            "90s",
            "1m",
            "1h",
            "2d",
            "-9223372036854775808ns");
  }
}

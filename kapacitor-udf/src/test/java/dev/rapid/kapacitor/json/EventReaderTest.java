package dev.rapid.kapacitor.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.json.UdfEvent.Expected;
import dev.rapid.kapacitor.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events become frames for an agent. */
final class EventReaderTest {

  private static UdfEvent read(EdgeType wants, String event) throws InvalidEventException {
    return reader(wants, UdfSchema.CURRENT).read(Payload.of(event));
  }

  private static EventReader reader(EdgeType wants, UdfSchema schema) {
    return new EventReader(wants, schema, KapacitorSettings.DEFAULT_MAX_FRAME_BYTES);
  }

  static Stream<Arguments> events() {
    return CaseFile.objects("events.json")
        .map(event -> arguments(event.get("name").asText(), event));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("events")
  void an_event_becomes_frames(String name, JsonNode event) throws InvalidEventException {
    List<Request> frames = new ArrayList<>();
    event
        .get("frames")
        .forEach(text -> frames.add(CaseFile.message(text.asText(), Request.getDefaultInstance())));
    EventReader reader =
        reader(
            EdgeType.valueOf(event.get("wants").asText()),
            UdfSchema.valueOf(event.path("schema").asText("CURRENT")));

    UdfEvent read = reader.read(Payload.of(event.get("text").asText()));

    assertThat(read.frames()).containsExactlyElementsOf(frames);
    assertThat(read.points()).isEqualTo(event.path("points").asInt());
    assertThat(read.batches()).isEqualTo(event.path("batches").asInt());
    assertThat(String.valueOf(read.completion()))
        .isEqualTo(event.path("completion").asText("null"));
    assertThat(textOf(read)).isEqualTo(event.path("expect").asText("none"));
  }

  private static String textOf(UdfEvent event) {
    Expected expected = event.expected();
    return expected == null
        ? "none"
        : expected.points() + " " + expected.batches() + " " + expected.timeout();
  }

  static Stream<Arguments> invalidEvents() {
    return CaseFile.rows("invalid-events.txt")
        .map(row -> arguments(EdgeType.valueOf(row.get(0)), row.get(1), row.get(2)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("invalidEvents")
  void a_message_says_where_and_what_is_wrong(EdgeType wants, String event, String message) {
    assertThatThrownBy(() -> read(wants, event))
        .isInstanceOf(InvalidEventException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"points\":[{\"name\":\"m\",\"time\":1,\"fields\":{\"a\":true}}]}",
        "{\"points\":[{\"name\":\"m\",\"time\":1,\"byName\":false}]}"
      })
  void the_schema_of_the_first_versions_has_no_booleans(String event) throws InvalidEventException {
    assertThat(read(EdgeType.STREAM, event).frames()).hasSize(1);
    assertThatThrownBy(() -> reader(EdgeType.STREAM, UdfSchema.SEED).read(Payload.of(event)))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("the schema \"seed\"");
  }

  @Test
  void a_frame_over_the_limit_is_refused() throws InvalidEventException {
    String event = "{\"points\":[{\"name\":\"m\",\"time\":0},{\"name\":\"mmmmm\",\"time\":0}]}";

    // A point is its name and its lengths.
    assertThat(new EventReader(EdgeType.STREAM, UdfSchema.CURRENT, 10).read(Payload.of(event)))
        .isNotNull();
    assertThatThrownBy(
            () -> new EventReader(EdgeType.STREAM, UdfSchema.CURRENT, 9).read(Payload.of(event)))
        .isInstanceOf(InvalidEventException.class)
        .hasMessage(
            "/points/1: it is too long for a message: 10 bytes, the limit (maxFrameBytes) is 9");
  }

  @Test
  void invalid_UTF_8_is_refused() {
    byte[] event = "{\"points\":[{\"name\":\"x\",\"time\":0}]}".getBytes(UTF_8);
    event[20] = (byte) 0xff;

    assertThatThrownBy(() -> reader(EdgeType.STREAM, UdfSchema.CURRENT).read(Payload.of(event)))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageStartingWith("The event is not JSON: ");
  }

  @Test
  void a_context_is_not_nested_without_end() {
    String event = "{\"points\":[],\"context\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

    assertThatThrownBy(() -> read(EdgeType.STREAM, event))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageEndingWith("it is nested too deeply");
  }

  @Test
  void a_message_shows_the_beginning_of_a_long_name() {
    String event = "{\"points\":[],\"" + "x".repeat(100_000) + "\":1}";

    assertThatThrownBy(() -> read(EdgeType.STREAM, event))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageStartingWith("/" + "x".repeat(199) + "...: it is unknown here");
  }

  @Test
  void an_event_chooses_its_completion() throws InvalidEventException {
    UdfEvent event = read(EdgeType.STREAM, "{\"points\":[],\"completion\":\"eof\"}");

    assertThat(event.completionOr(Completion.BARRIER)).isEqualTo(Completion.EOF);
  }

  @Test
  void the_settings_choose_the_completion_of_other_events() throws InvalidEventException {
    UdfEvent event = read(EdgeType.STREAM, "{\"points\":[],\"expect\":{\"points\":0}}");

    assertThat(event.completionOr(Completion.COUNT)).isEqualTo(Completion.COUNT);
  }

  @Test
  void an_event_needs_numbers_to_be_complete_by_them() throws InvalidEventException {
    UdfEvent event = read(EdgeType.STREAM, "{\"points\":[]}");

    assertThatThrownBy(() -> event.completionOr(Completion.COUNT))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageStartingWith("The event lacks \"expect\"");
  }

  @Test
  void expected_data_has_come_when_both_numbers_are_reached() {
    Expected expected = new Expected(2, 1, null);

    assertThat(expected.isMet(2, 0)).isFalse();
    assertThat(expected.isMet(1, 1)).isFalse();
    assertThat(expected.isMet(2, 1)).isTrue();
    assertThat(expected.isMet(3, 2)).isTrue();
    assertThat(new Expected(null, 1, null).isMet(0, 1)).isTrue();
  }
}

package dev.rapid.kapacitor.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.protocol.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results of functions become frames for a host. */
final class ResultReaderTest {

  static Stream<Arguments> results() {
    return CaseFile.objects("results.json")
        .map(result -> arguments(result.get("name").asText(), result));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("results")
  void a_result_becomes_frames(String name, JsonNode result) throws InvalidResultException {
    List<Response> frames = new ArrayList<>();
    result
        .get("frames")
        .forEach(
            text -> frames.add(CaseFile.message(text.asText(), Response.getDefaultInstance())));
    ResultReader reader =
        new ResultReader(
            EdgeType.valueOf(result.get("provides").asText()),
            UdfSchema.valueOf(result.path("schema").asText("CURRENT")),
            1000);

    assertThat(reader.read(Payload.of(result.get("text").asText())))
        .containsExactlyElementsOf(frames);
  }

  static Stream<Arguments> invalidResults() {
    return CaseFile.rows("invalid-results.txt")
        .map(row -> arguments(EdgeType.valueOf(row.get(0)), row.get(1), row.get(2)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("invalidResults")
  void a_message_says_where_and_what_is_wrong(EdgeType provides, String result, String message) {
    assertThatThrownBy(
            () -> new ResultReader(provides, UdfSchema.CURRENT, 1000).read(Payload.of(result)))
        .isInstanceOf(InvalidResultException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"fields\":{\"a\":true}", "\"byName\":true"})
  void the_first_schema_has_no_booleans(String member) {
    String result = "{\"points\":[{\"name\":\"m\",\"time\":1," + member + "}]}";

    assertThatThrownBy(
            () -> new ResultReader(EdgeType.STREAM, UdfSchema.SEED, 1000).read(Payload.of(result)))
        .isInstanceOf(InvalidResultException.class)
        .hasMessageContaining("the schema \"seed\"");
  }

  @Test
  void a_frame_over_the_limit_is_refused() {
    String result =
        "{\"batches\":[{\"name\":\"m\",\"tags\":{\"a\":\""
            + "x".repeat(100)
            + "\"},\"points\":[]}]}";

    assertThatThrownBy(
            () -> new ResultReader(EdgeType.BATCH, UdfSchema.CURRENT, 100).read(Payload.of(result)))
        .isInstanceOf(InvalidResultException.class)
        .hasMessageStartingWith("/batches/0: it is too long for a message: ");
  }
}

package dev.rapid.kapacitor.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.protocol.Request;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups as Kapacitor names them. */
final class GroupIdsTest {

  static Stream<Arguments> groups() {
    return CaseFile.objects("groups.json")
        .map(group -> arguments(group.get("name").asText(), group));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("groups")
  void a_group_has_its_id(String name, JsonNode expected) throws InvalidEventException {
    String group = expected.get("group").asText();

    if (expected.has("point")) {
      ObjectNode point = expected.get("point").deepCopy();
      point.put("name", "m").put("time", 1);
      List<Request> frames = read(EdgeType.STREAM, "{\"points\":[" + point + "]}");

      assertThat(frames.getFirst().getPoint().getGroup()).isEqualTo(group);
    } else {
      ObjectNode batch = expected.get("batch").deepCopy();
      batch.put("name", "m").putArray("points").addObject().put("time", 1);
      List<Request> frames = read(EdgeType.BATCH, "{\"batches\":[" + batch + "]}");

      assertThat(frames.get(0).getBegin().getGroup()).isEqualTo(group);
      assertThat(frames.get(1).getPoint().getGroup()).isEqualTo(group);
      assertThat(frames.get(2).getEnd().getGroup()).isEqualTo(group);
    }
  }

  private static List<Request> read(EdgeType wants, String event) throws InvalidEventException {
    return new EventReader(wants, UdfSchema.CURRENT, 1000).read(Payload.of(event)).frames();
  }
}

package dev.rapid.kapacitor.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.json.AgentOutput.Counts;
import dev.rapid.kapacitor.json.AgentOutput.InvalidOrderException;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.KeepaliveResponse;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Response;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an agent sends, as a response. */
final class AgentOutputTest {

  private static final ResponseMeta META =
      new ResponseMeta(
          new Counts(3, 1), Completion.BARRIER, 1, Duration.ofNanos(2_400_999), List.of());

  private static final String META_JSON =
      "\"meta\":{\"completion\":\"barrier\",\"elapsedMs\":2.4,"
          + "\"received\":{\"batches\":%d,\"points\":%d},\"rounds\":1,"
          + "\"sent\":{\"batches\":1,\"points\":3},\"warnings\":[]}";

  private static Response point(double value) {
    return Response.newBuilder()
        .setPoint(Point.newBuilder().setName("m").putFieldsDouble("value", value))
        .build();
  }

  private static final Response BEGIN =
      Response.newBuilder()
          .setBegin(BeginBatch.newBuilder().setName("before").setByName(true).setSize(1))
          .build();

  private static final Response END =
      Response.newBuilder()
          .setEnd(
              EndBatch.newBuilder().setName("m").setGroup("m\nh=a").setTmax(5).putTags("h", "a"))
          .build();

  private static String pointJson(double value) {
    return "{\"fields\":{\"value\":"
        + value
        + "},\"name\":\"m\",\"tags\":{},\"time\":\"1970-01-01T00:00:00Z\"}";
  }

  private static String take(AgentOutput output) {
    return new String(output.takeResponse(META).toByteArray(), UTF_8);
  }

  @Test
  void a_response_has_the_data_of_its_invocation() throws InvalidOrderException {
    AgentOutput output = new AgentOutput(EdgeType.STREAM);
    output.beginInvocation();
    output.add(point(1));
    output.add(point(2));

    assertThat(take(output))
        .isEqualTo(
            "{"
                + META_JSON.formatted(0, 2)
                + ",\"points\":["
                + pointJson(1)
                + ","
                + pointJson(2)
                + "]}");
  }

  @Test
  void a_response_has_the_array_that_the_agent_provides_also_if_nothing_came() {
    assertThat(take(new AgentOutput(EdgeType.STREAM)))
        .isEqualTo("{" + META_JSON.formatted(0, 0) + ",\"points\":[]}");
    assertThat(take(new AgentOutput(EdgeType.BATCH)))
        .isEqualTo("{\"batches\":[]," + META_JSON.formatted(0, 0) + "}");
  }

  @Test
  void a_batch_has_what_its_end_says_and_byName_of_its_begin() throws InvalidOrderException {
    AgentOutput output = new AgentOutput(EdgeType.BATCH);
    output.add(BEGIN);
    output.add(point(1));
    output.add(END);

    assertThat(take(output))
        .isEqualTo(
            "{\"batches\":[{\"byName\":true,\"group\":\"m\\nh=a\",\"name\":\"m\",\"points\":["
                + "{\"fields\":{\"value\":1.0},\"tags\":{},\"time\":\"1970-01-01T00:00:00Z\"}],"
                + "\"tags\":{\"h\":\"a\"},\"tmax\":\"1970-01-01T00:00:00.000000005Z\"}],"
                + META_JSON.formatted(1, 1)
                + "}");
  }

  @Test
  void what_came_before_the_invocation_is_late() throws InvalidOrderException {
    AgentOutput output = new AgentOutput(EdgeType.STREAM);
    output.add(point(1));
    output.beginInvocation();
    output.add(point(2));
    output.beginInvocation();
    output.add(point(3));

    assertThat(output.late()).isEqualTo(new Counts(2, 0));
    assertThat(output.received()).isEqualTo(new Counts(1, 0));
    assertThat(take(output))
        .isEqualTo(
            "{\"late\":{\"points\":["
                + pointJson(1)
                + ","
                + pointJson(2)
                + "]},"
                + META_JSON.formatted(0, 1)
                + ",\"points\":["
                + pointJson(3)
                + "]}");
  }

  @Test
  void late_data_is_dropped() throws InvalidOrderException {
    AgentOutput output = new AgentOutput(EdgeType.STREAM);
    output.add(point(1));
    output.beginInvocation();

    assertThat(output.dropLate()).isEqualTo(new Counts(1, 0));

    assertThat(take(output)).doesNotContain("late");
  }

  @Test
  void data_of_the_other_type_is_there_if_it_came() throws InvalidOrderException {
    AgentOutput output = new AgentOutput(EdgeType.BATCH);
    output.add(point(1));

    assertThat(take(output))
        .startsWith("{\"batches\":[],\"meta\"")
        .endsWith("\"points\":[" + pointJson(1) + "]}");
  }

  @Test
  void an_open_batch_comes_with_the_next_response() throws InvalidOrderException {
    AgentOutput output = new AgentOutput(EdgeType.BATCH);
    output.add(BEGIN);
    output.add(point(1));
    assertThat(output.isBatchOpen()).isTrue();
    assertThat(take(output)).isEqualTo("{\"batches\":[]," + META_JSON.formatted(0, 0) + "}");
    assertThat(output.received()).isEqualTo(new Counts(1, 0));

    output.add(END);
    output.beginInvocation();

    assertThat(output.isBatchOpen()).isFalse();
    assertThat(output.late()).isEqualTo(new Counts(1, 1));
  }

  @Test
  void all_data_counts_for_the_limit() throws InvalidOrderException {
    AgentOutput output = new AgentOutput(EdgeType.BATCH);
    assertThat(output.bytes()).isZero();

    output.add(point(1));
    long single = output.bytes();
    output.beginInvocation();
    output.add(BEGIN);
    output.add(point(1));

    assertThat(single).isEqualTo(1 + pointJson(1).length());
    assertThat(output.bytes()).isGreaterThan(single);
  }

  @Test
  void nothing_is_left_after_clearing() throws InvalidOrderException {
    AgentOutput output = new AgentOutput(EdgeType.STREAM);
    output.add(point(1));
    output.beginInvocation();
    output.add(point(2));
    output.add(BEGIN);

    output.clear();

    assertThat(output.isBatchOpen()).isFalse();
    assertThat(take(output)).isEqualTo("{" + META_JSON.formatted(0, 0) + ",\"points\":[]}");
  }

  @Test
  void an_end_without_a_begin_is_refused() {
    assertThatThrownBy(() -> new AgentOutput(EdgeType.BATCH).add(END))
        .isInstanceOf(InvalidOrderException.class)
        .hasMessage("ends a batch while none is open");
  }

  @Test
  void a_begin_in_a_batch_is_refused() throws InvalidOrderException {
    AgentOutput output = new AgentOutput(EdgeType.BATCH);
    output.add(BEGIN);

    assertThatThrownBy(() -> output.add(BEGIN))
        .isInstanceOf(InvalidOrderException.class)
        .hasMessage("begins a batch while another one is open");
  }

  @Test
  void a_negative_size_is_refused() {
    Response begin = Response.newBuilder().setBegin(BeginBatch.newBuilder().setSize(-1)).build();

    assertThatThrownBy(() -> new AgentOutput(EdgeType.BATCH).add(begin))
        .isInstanceOf(InvalidOrderException.class)
        .hasMessage("begins a batch with the negative size -1");
  }

  @Test
  void a_frame_without_data_is_refused() {
    Response keepalive =
        Response.newBuilder().setKeepalive(KeepaliveResponse.getDefaultInstance()).build();

    assertThatThrownBy(() -> new AgentOutput(EdgeType.STREAM).add(keepalive))
        .isInstanceOf(InvalidOrderException.class)
        .hasMessage("has no data");
  }

  @Test
  void a_field_of_several_types_is_the_one_that_Kapacitor_takes() throws InvalidOrderException {
    AgentOutput output = new AgentOutput(EdgeType.STREAM);
    Point.Builder point = Point.newBuilder();
    point.putFieldsString("int", "s").putFieldsString("double", "s").putFieldsString("bool", "s");
    point.putFieldsInt("int", 1).putFieldsInt("double", 1).putFieldsInt("bool", 1);
    point.putFieldsDouble("double", 2).putFieldsDouble("bool", 2);
    point.putFieldsBool("bool", true).putFieldsString("string", "s");
    output.add(Response.newBuilder().setPoint(point).build());

    assertThat(take(output))
        .contains(
            "\"fields\":{\"bool\":true,\"double\":2.0,\"string\":\"s\"},\"ints\":{\"int\":1}");
  }
}

package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.conformance.ClientProject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Agents on an independent protobuf, with both schemas (contract kapacitor-udf, section 12.2). */
@EnabledOnOs(OS.LINUX)
@ResourceLock(ClientProject.SHARED)
final class PythonAgentTest {

  private static final Map<PythonAgent.Schema, Agents> AGENTS =
      new EnumMap<>(PythonAgent.Schema.class);

  @BeforeAll
  static void start(@TempDir Path directory) {
    for (PythonAgent.Schema schema : PythonAgent.Schema.values()) {
      PythonAgent python = PythonAgent.install(schema);
      Path own = directory.resolve(schema.setting());
      own.toFile().mkdir();
      AGENTS.put(schema, agents(own, python, "kapacitor.udfSchema: " + schema.setting()).serve());
    }
  }

  private static Agents.Setup agents(Path directory, PythonAgent python, String schema) {
    return Agents.at(directory)
        .described("mirror", command(python, "mirror"), List.of(schema))
        .described("batch-mirror", command(python, "batch-mirror"), List.of(schema))
        .described(
            "moving-average",
            command(python, "moving-average"),
            List.of(schema, "kapacitor.options: {field: [value], size: [2], as: [mean]}"))
        .described("incomplete", command(python, "moving-average"), List.of(schema))
        .described(
            "outliers",
            command(python, "outliers"),
            List.of(schema, "kapacitor.options: {field: [value], scale: [1.5]}"))
        .described("raises", command(python, "raises"), List.of(schema));
  }

  private static String command(PythonAgent python, String kind) {
    return "command: " + Agents.flow(python.command(kind));
  }

  @AfterAll
  static void end() {
    AGENTS.values().forEach(Agents::close);
    AGENTS.clear();
  }

  @ParameterizedTest
  @EnumSource
  void a_mirror_returns_a_point_with_all_that_it_had(PythonAgent.Schema schema) {
    String point =
        "{\"time\": \"2023-11-14T22:13:20.000000001Z\", \"name\": \"m\", \"database\": \"db\","
            + " \"retentionPolicy\": \"rp\", \"dimensions\": [\"host\"], \"tags\": {\"host\":"
            + " \"a\"}, \"fields\": {\"d\": 1.5, \"nan\": {\"double\": \"NaN\"}, \"s\": \"é\"},"
            + " \"ints\": {\"i\": \"-9223372036854775808\"}}";

    JsonNode result = AGENTS.get(schema).result("mirror", Events.points(point)).at("/points/0");

    JsonNode sent = Agents.parse(point);
    sent.fieldNames()
        .forEachRemaining(key -> assertThat(result.get(key)).as(key).isEqualTo(sent.get(key)));
    assertThat(result.get("group").asText()).isEqualTo("host=a");
  }

  @Test
  void a_mirror_of_the_current_schema_returns_booleans() {
    JsonNode result =
        AGENTS
            .get(PythonAgent.Schema.CURRENT)
            .result(
                "mirror",
                Events.points(
                    "{\"time\": 1, \"name\": \"m\", \"byName\": true, \"fields\": {\"b\":"
                        + " false}}"));

    assertThat(result.at("/points/0/fields/b").isBoolean()).isTrue();
    assertThat(result.at("/points/0/byName").asBoolean()).isTrue();
  }

  @Test
  void a_boolean_for_an_agent_of_the_old_schema_is_an_invalid_event() {
    Agents.Failure failure =
        AGENTS
            .get(PythonAgent.Schema.SEED)
            .error(
                "mirror",
                Events.points("{\"time\": 1, \"name\": \"m\", \"fields\": {\"b\": false}}"));

    assertThat(failure.type()).isEqualTo("UDF.InvalidEvent");
    assertThat(failure.message()).contains("/points/0/fields/b");
  }

  @ParameterizedTest
  @EnumSource
  void a_batch_comes_back_whole(PythonAgent.Schema schema) {
    JsonNode result =
        AGENTS
            .get(schema)
            .result("batch-mirror", Events.batch(Events.batchValue(1), Events.batchValue(2)));

    assertThat(result.at("/batches/0/name").asText()).isEqualTo("m");
    assertThat(result.at("/batches/0/tmax").asText()).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(Events.values(result.at("/batches/0/points"))).isEqualTo("1.0 2.0");
  }

  @ParameterizedTest
  @EnumSource
  void a_moving_average_continues_over_invocations(PythonAgent.Schema schema) {
    Agents agents = AGENTS.get(schema);

    JsonNode first =
        agents.result("moving-average", Events.points(Events.value(1), Events.value(3)));
    JsonNode second = agents.result("moving-average", Events.points(Events.value(5)));

    assertThat(Events.values(first.get("points"), "mean")).containsExactly(1.0, 2.0);
    assertThat(Events.values(second.get("points"), "mean")).containsExactly(4.0);
  }

  @ParameterizedTest
  @EnumSource
  void options_that_are_missing_fail_the_init_with_the_agents_words(PythonAgent.Schema schema) {
    Agents.Failure failure = AGENTS.get(schema).error("incomplete", Events.points());

    assertThat(failure.type()).isEqualTo("UDF.InitFailed");
    assertThat(failure.message()).contains("the option field is missing");
  }

  @ParameterizedTest
  @EnumSource
  void outliers_are_those_of_the_contract(PythonAgent.Schema schema) {
    double[] values = {
      5, 6, 7, 13, 33, 35, 36, 45, 46, 47, 48, 50, 51, 52, 53, 54, 80, 85, 90, 100
    };
    List<String> points = new ArrayList<>();
    for (double value : values) {
      points.add(Events.batchValue(value));
    }

    JsonNode result =
        AGENTS.get(schema).result("outliers", Events.batch(points.toArray(String[]::new)));

    assertThat(Events.values(result.at("/batches/0/points"))).isEqualTo("5.0 6.0 85.0 90.0 100.0");
  }

  @ParameterizedTest
  @EnumSource
  void an_exception_of_the_agent_is_the_error_of_the_invocation(PythonAgent.Schema schema) {
    Agents.Failure failure = AGENTS.get(schema).error("raises", Events.points(Events.value(1)));

    assertThat(failure.type()).isEqualTo("UDF.AgentError");
    assertThat(failure.message()).contains("no point at all");
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_late_in_five_hundred_invocations(PythonAgent.Schema schema) {
    for (int i = 0; i < 500; i++) {
      JsonNode result = AGENTS.get(schema).result("mirror", Events.points(Events.value(i)));

      assertThat(Events.values(result.get("points"))).isEqualTo(i + ".0");
      assertThat(result.has("late")).isFalse();
    }
  }
}

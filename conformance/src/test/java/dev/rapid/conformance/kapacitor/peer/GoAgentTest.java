package dev.rapid.conformance.kapacitor.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Rapid;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What agents on Kapacitor's package for Go do as workers, and how they fail. */
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ResourceLock(ClientProject.SHARED)
final class GoAgentTest {

  /** Of contract kapacitor-udf, section 13.1. */
  private static final int[] VALUES = {
    5, 6, 7, 13, 33, 35, 36, 45, 46, 47, 48, 50, 51, 52, 53, 54, 80, 85, 90, 100
  };

  @AutoClose
  @SuppressWarnings("NullAway.Init")
  private Rapid rapid;

  @BeforeAll
  void start(@TempDir Path directory) {
    GoAgents agents = GoAgents.build();
    rapid =
        UdfFunction.serve(
            directory,
            average(agents).option("field", "value").option("size", 2),
            agents.started("mirror"),
            agents.started("batch-mirror"),
            agents.started("outliers").option("field", "value").option("scale", 1.5),
            agents.started("slow").set("timeout", 1),
            agents.started("slow").kapacitor("timeout", "1s").named("silent"),
            agents.started("panics"),
            agents.started("errors"),
            average(agents).named("incomplete"),
            agents.started("mirror").option("nothing", 1).named("unknown-option"));
  }

  private static UdfFunction average(GoAgents agents) {
    return agents.started("avg").option("as", "mean");
  }

  private UdfAnswer invoke(String function, String event) {
    return UdfAnswer.of(rapid, function, event);
  }

  private static String points(String... points) {
    return "{\"points\": [" + String.join(", ", points) + "]}";
  }

  @Test
  void a_moving_average_continues_over_invocations() {
    UdfAnswer first = invoke("avg", points(Events.point("cpu", 1, 1), Events.point("cpu", 2, 3)));
    UdfAnswer second = invoke("avg", points(Events.point("cpu", 3, 5)));

    assertThat(UdfAnswer.field(first.points(), "mean")).containsExactly(1.0, 2.0);
    assertThat(UdfAnswer.field(second.points(), "mean")).containsExactly(4.0);
  }

  @Test
  void a_mirrored_point_has_all_that_the_event_said() throws Exception {
    String point =
        """
        {"time": "2023-11-14T22:13:20.000000001Z", "name": "cpu", "database": "db",
         "retentionPolicy": "rp", "tags": {"host": "a", "zone": "\\u00e9"},
         "dimensions": ["host"], "byName": true,
         "fields": {"d": -0.5, "s": "text", "b": false}, "ints": {"i": -1}}
        """;

    JsonNode mirrored = invoke("mirror", points(point)).points().path(0);

    assertThat(mirrored.path("group").asText()).isEqualTo("cpu\nhost=a");
    ((ObjectNode) mirrored).remove("group");
    assertThat(mirrored).isEqualTo(new ObjectMapper().readTree(point));
  }

  @Test
  void outliers_of_a_batch_come_as_a_batch() {
    String points =
        IntStream.range(0, VALUES.length)
            .mapToObj(i -> "{" + Events.timeAndValue(i + 1, VALUES[i]) + "}")
            .collect(Collectors.joining(", "));
    String event =
        "{\"batches\": [{\"name\": \"cpu\", \"tags\": {\"host\": \"a\"}, \"points\": [%s]}]}"
            .formatted(points);

    JsonNode batches = invoke("outliers", event).batches();

    assertThat(batches).hasSize(1);
    assertThat(UdfAnswer.field(batches.path(0).path("points"), "value"))
        .containsExactly(5.0, 6.0, 85.0, 90.0, 100.0);
    assertThat(UdfAnswer.nanos(batches.path(0).path("tmax"))).isEqualTo(VALUES.length);
  }

  @Test
  void an_event_of_the_wrong_edge_type_keeps_the_process() {
    invoke("batch-mirror", Events.batch(1, 1));
    List<Long> processes = rapid.offspring();

    assertThat(invoke("batch-mirror", Events.points(1, 1)).errorType())
        .isEqualTo("UDF.InvalidEvent");
    assertThat(rapid.offspring()).containsAll(processes);
  }

  @Test
  void an_error_of_the_handler_is_that_of_the_invocation() {
    UdfAnswer answer =
        invoke("errors", points(Events.point("cpu", 1, 1), Events.point("error", 2, 2)));

    // The process may end before its ErrorResponse is written.
    assertThat(answer.errorType()).isIn("UDF.AgentError", "UDF.AgentExited");
    assertThat(answer.errorMessage()).contains("no luck with host=a");
  }

  @Test
  void after_an_error_a_fresh_process_answers() {
    invoke("errors", points(Events.point("error", 1, 1)));

    assertThat(invoke("errors", Events.points(1, 3)).points()).hasSize(3);
  }

  @Test
  void a_panic_is_the_exit_of_the_process() {
    UdfAnswer answer = invoke("panics", points(Events.point("panic", 1, 1)));

    assertThat(answer.errorType()).isEqualTo("UDF.AgentExited");
    assertThat(answer.errorMessage()).contains("2");
    rapid.awaitOutput("panic: no luck with host=a");
  }

  @Test
  void after_a_panic_a_fresh_process_answers() {
    invoke("panics", points(Events.point("panic", 1, 1)));

    assertThat(invoke("panics", Events.points(1, 3)).points()).hasSize(3);
  }

  @Test
  void a_handler_that_takes_its_time_within_the_limits_answers() {
    assertThat(invoke("slow", points(sleeping(0.1))).points()).hasSize(1);
  }

  @Test
  void a_handler_that_is_slower_than_the_function_may_be_times_out() {
    assertThat(invoke("slow", points(sleeping(30))).errorType()).isEqualTo("UDF.Timeout");
    assertThat(invoke("slow", points(sleeping(0))).points()).hasSize(1);
  }

  @Test
  void a_handler_that_keeps_the_agent_from_answering_is_not_alive() {
    assertThat(invoke("silent", points(sleeping(30))).errorType())
        .isEqualTo("UDF.KeepaliveTimeout");
    assertThat(invoke("silent", points(sleeping(0))).points()).hasSize(1);
  }

  private static String sleeping(double seconds) {
    return "{\"name\": \"cpu\", \"time\": 1, \"fields\": {\"seconds\": " + seconds + "}}";
  }

  @Test
  void what_the_handler_refuses_in_its_init_is_the_error() {
    UdfAnswer answer = invoke("incomplete", Events.points(1, 1));

    assertThat(answer.errorType()).isEqualTo("UDF.InitFailed");
    assertThat(answer.errorMessage()).contains("field and a positive size are required");
  }

  @Test
  void an_option_that_the_handler_does_not_declare_is_refused() {
    UdfAnswer answer = invoke("unknown-option", Events.points(1, 1));

    assertThat(answer.errorType()).isEqualTo("UDF.InvalidOptions");
    assertThat(answer.errorMessage()).contains("nothing");
  }
}

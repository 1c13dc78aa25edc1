package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.conformance.kapacitor.scripted.Trace;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When an invocation of an agent is complete (contract kapacitor-udf, section 9). */
@EnabledOnOs(OS.LINUX)
final class CompletionTest {

  private static Agents agents;

  @BeforeAll
  static void start(@TempDir Path directory) {
    agents =
        Agents.at(directory)
            .function("three", "kapacitor.settle: 0ms")
            .function("one", "kapacitor.settle: 0ms", "kapacitor.barrierRounds: 1")
            .function("open", "wants=BATCH", "provides=BATCH", "end-behind=3")
            .function(
                "never-ends",
                "wants=BATCH",
                "provides=BATCH",
                "end-behind=1000000",
                "function.timeout: 1")
            .function("drops", "kapacitor.lateData: drop")
            .function("fails", "kapacitor.lateData: fail")
            .function("attaches")
            .function("counts", "kapacitor.completion: count")
            .function("ends", "kapacitor.completion: eof")
            .function("batches", "wants=BATCH", "provides=BATCH")
            .function("spread", "wants=BATCH", "mode=quiet")
            .function("average", average())
            .function("counted-batches", "wants=BATCH", "provides=BATCH", "mode=count")
            .serve();
  }

  private static String[] average() {
    return new String[] {
      "mode=average",
      "options=field:STRING,size:INT,as:STRING",
      "kapacitor.options: {field: [value], size: [2], as: [mean]}"
    };
  }

  @AfterAll
  static void end() {
    agents.close();
  }

  private static JsonNode late(String function) {
    return agents.result(function, Events.points()).path("late");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void k11_a_point_behind_an_answer_that_is_not_the_last_is_the_invocations(int answers) {
    JsonNode result =
        agents.result("three", Events.points(Events.value(1), Events.act("behind " + answers)));

    assertThat(result.get("points")).hasSize(2);
    assertThat(result.at("/meta/rounds").asInt()).isEqualTo(3);
    assertThat(result.has("late")).isFalse();
  }

  @Test
  void k11_a_point_behind_the_last_answer_is_late() {
    JsonNode result = agents.result("one", Events.points(Events.act("behind 1")));

    // It is on its way when the invocation is complete; whatever becomes of it, it is there once.
    int points = result.get("points").size();
    assertThat(points + late("one").path("points").size()).isEqualTo(1);
  }

  @Test
  void k11_a_batch_that_is_open_after_the_last_answer_is_waited_for() {
    JsonNode result = agents.result("open", Events.batch(Events.batchValue(1)));

    assertThat(Events.values(result.at("/batches/0/points"))).isEqualTo("1.0");
    assertThat(result.has("late")).isFalse();
  }

  @Test
  void k11_a_batch_that_is_never_ended_is_waited_for_until_the_function_timeout() {
    Agents.Failure failure = agents.error("never-ends", Events.batch(Events.batchValue(1)));

    assertThat(failure.type()).isEqualTo("UDF.Timeout");
  }

  /** Lets an agent write a point while no invocation runs. */
  private static void writeLate(String function) {
    Path release = agents.file(function + ".release");
    agents.result(function, Events.points(Events.act("after " + release)));
    Agents.touch(release);
    agents.trace(function).await("written", 1);
  }

  @Test
  void k11_data_after_an_invocation_is_in_the_next_response_apart_from_its_own() {
    writeLate("attaches");

    JsonNode result = agents.result("attaches", Events.points(Events.value(3)));

    assertThat(Events.values(result.get("points"))).isEqualTo("3.0");
    assertThat(result.at("/late/points")).hasSize(1);
    assertThat(result.at("/late/points/0/fields/do").asText()).startsWith("after ");
    assertThat(late("attaches").isMissingNode()).isTrue();
  }

  @Test
  void k11_late_data_is_logged_and_counted_if_it_is_to_be_dropped() {
    writeLate("drops");

    JsonNode result = agents.result("drops", Events.points(Events.value(3)));

    assertThat(Events.values(result.get("points"))).isEqualTo("3.0");
    assertThat(result.has("late")).isFalse();
  }

  @Test
  void k11_late_data_fails_the_next_invocation_if_it_is_to_fail() {
    writeLate("fails");

    Agents.Failure failure = agents.error("fails", Events.points(Events.value(3)));

    assertThat(failure.type()).isEqualTo("UDF.LateData");
    assertThat(agents.result("fails", Events.points(Events.value(3))).get("points")).hasSize(1);
  }

  @Test
  void an_empty_event_only_runs_the_barrier() {
    JsonNode result = agents.result("attaches", Events.points());

    assertThat(result.get("points")).isEmpty();
    assertThat(result.at("/meta/completion").asText()).isEqualTo("barrier");
    assertThat(result.at("/meta/rounds").asInt()).isEqualTo(3);
  }

  @Test
  void an_agent_of_batches_has_one_round() {
    JsonNode result = agents.result("batches", Events.batch(Events.batchValue(1)));

    assertThat(result.at("/meta/rounds").asInt()).isEqualTo(1);
    assertThat(result.at("/meta/sent/batches").asInt()).isEqualTo(1);
    assertThat(result.at("/meta/received/batches").asInt()).isEqualTo(1);
  }

  private static String with(String event, String key, String value) {
    ObjectNode changed = (ObjectNode) Agents.parse(event);
    return changed.set(key, Agents.parse(value)).toString();
  }

  private static String expecting(String event, String expected) {
    return with(with(event, "completion", "\"count\""), "expect", expected);
  }

  @Test
  void k12_count_and_eof_give_the_same_as_the_barrier() {
    String event = Events.points(Events.value(1), Events.value(3), Events.value(5));

    // At the end of the input the process ends, so that each of the others begins with a fresh one.
    JsonNode eof = agents.result("average", with(event, "completion", "\"eof\""));
    JsonNode barrier = agents.result("average", event);
    agents.result("average", with(event, "completion", "\"eof\""));
    JsonNode count = agents.result("average", expecting(event, "{\"points\": 3}"));

    assertThat(Events.values(barrier.get("points"), "mean")).containsExactly(1.0, 2.0, 4.0);
    assertThat(count.get("points")).isEqualTo(barrier.get("points"));
    assertThat(eof.get("points")).isEqualTo(barrier.get("points"));
    assertThat(count.at("/meta/completion").asText()).isEqualTo("count");
    assertThat(eof.at("/meta/completion").asText()).isEqualTo("eof");
    assertThat(agents.trace("average").processes()).hasSize(3);
  }

  @Test
  void k12_eof_as_a_setting_takes_a_process_for_each_invocation() {
    for (int i = 0; i < 3; i++) {
      assertThat(Events.values(agents.result("ends", Events.points(Events.value(i))).get("points")))
          .isEqualTo(i + ".0");
    }

    assertThat(agents.trace("ends").of("end of input")).hasSize(3);
    agents.trace("ends").processes().stream().limit(3).forEach(Trace::awaitEnd);
  }

  @Test
  void count_waits_for_points_that_come_later() {
    JsonNode result =
        agents.result(
            "counts", with(Events.points(Events.act("later 200")), "expect", "{\"points\": 1}"));

    assertThat(result.get("points")).hasSize(1);
  }

  @Test
  void count_waits_for_batches() {
    JsonNode result =
        agents.result("batches", expecting(Events.batch(Events.batchValue(1)), "{\"batches\": 1}"));

    assertThat(result.get("batches")).hasSize(1);
    assertThat(result.at("/meta/completion").asText()).isEqualTo("count");
  }

  @Test
  void a_count_that_is_not_met_in_time_is_an_error() {
    Agents.Failure failure =
        agents.error(
            "counts",
            with(Events.points(Events.value(1)), "expect", "{\"points\": 2, \"timeoutMs\": 300}"));

    assertThat(failure.type()).isEqualTo("UDF.ExpectationNotMet");
  }

  @Test
  void batches_in_may_be_points_out() {
    JsonNode result = agents.result("spread", Events.batch(Events.batchAct("burst 3")));

    assertThat(result.get("points")).hasSize(3);
    assertThat(result.has("batches")).isFalse();
  }

  @Test
  void a_batch_may_become_another_one() {
    JsonNode result =
        agents.result(
            "counted-batches",
            Events.batch(Events.batchValue(1), Events.batchValue(2), Events.batchValue(3)));

    assertThat(result.at("/batches/0/name").asText()).isEqualTo("m");
    assertThat(result.at("/batches/0/points/0/ints/points").asInt()).isEqualTo(3);
  }
}

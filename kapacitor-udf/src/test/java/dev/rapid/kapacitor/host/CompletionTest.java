package dev.rapid.kapacitor.host;

import static dev.rapid.kapacitor.host.AgentBench.errorOf;
import static dev.rapid.kapacitor.host.AgentBench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.kapacitor.protocol.EdgeType;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Invocations that are complete by a count, or at the end of the output (contract kapacitor-udf,
 * section 9.3).
 */
@Timeout(60)
final class CompletionTest {

  private static final String TWO_POINTS =
      """
      {"points": [], "completion": "count", "expect": {"points": 2}}\
      """;
  private static final String UNTIL_THE_END =
      """
      {"points": [], "completion": "eof"}\
      """;

  private final AgentBench bench = AgentBench.open();

  @AfterEach
  void closeBench() {
    bench.close();
  }

  @Test
  void a_count_is_complete_with_its_last_point() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(TWO_POINTS);
    agent.send(ScriptedAgent.point(1));
    bench.received(1);
    assertThat(AgentBench.isOver(invocation)).isFalse();

    agent.send(ScriptedAgent.point(2));

    assertThat(resultOf(invocation))
        .contains("\"completion\":\"count\"")
        .contains("\"value\":1.0")
        .contains("\"value\":2.0");
    assertThat(agent.poll()).isNull();
  }

  @Test
  void a_count_of_batches_waits_for_the_end_of_the_last_one() {
    ScriptedAgent agent = bench.ready(EdgeType.STREAM, EdgeType.BATCH);
    Invocation invocation =
        bench.invoke(
            """
            {"points": [], "completion": "count", "expect": {"batches": 1}}\
            """);
    agent.send(ScriptedAgent.begin(1), ScriptedAgent.point(4));
    bench.received(2);
    assertThat(AgentBench.isOver(invocation)).isFalse();

    agent.send(ScriptedAgent.end());

    assertThat(resultOf(invocation)).contains("\"value\":4.0");
  }

  @Test
  void a_count_of_nothing_is_complete_at_once() {
    bench.ready();

    Invocation invocation =
        bench.invoke(
            """
            {"points": [], "completion": "count", "expect": {"points": 0}}\
            """);

    assertThat(resultOf(invocation)).contains("\"points\":[]");
  }

  @Test
  void a_count_that_is_not_met_in_its_time_is_an_error_and_the_agent_goes_on() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation =
        bench.invoke(
            """
            {"points": [], "completion": "count", "expect": {"points": 2, "timeoutMs": 500}}\
            """);
    agent.send(ScriptedAgent.point(1));
    bench.received(1);

    bench.time().advanceBy(Duration.ofMillis(500));

    assertThat(errorOf(invocation))
        .contains("UDF.ExpectationNotMet")
        .contains("1 points")
        .contains("2 points");
    assertThat(bench.processes().stops()).isEmpty();
  }

  @Test
  void a_count_without_a_time_of_its_own_ends_before_the_timeout_of_the_function() {
    bench.ready();
    Invocation invocation = bench.invoke(TWO_POINTS, Duration.ofSeconds(3));

    bench.time().advanceBy(Duration.ofSeconds(3));

    assertThat(errorOf(invocation)).contains("UDF.ExpectationNotMet");
    assertThat(bench.processes().stops()).isEmpty();
  }

  @Test
  void the_end_of_the_output_completes_an_invocation_that_ends_the_input() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(UNTIL_THE_END);
    agent.awaitEnd();

    agent.send(ScriptedAgent.point(1));
    bench.exit(new ProcessExit.Exited(0));

    assertThat(resultOf(invocation)).contains("\"completion\":\"eof\"").contains("\"value\":1.0");
    bench.awaitCold();
  }

  @Test
  void an_invocation_that_follows_an_end_of_the_output_has_another_process() {
    bench.ready();
    Invocation first = bench.invoke(UNTIL_THE_END);
    bench.agent().awaitEnd();
    bench.exit(new ProcessExit.Exited(0));
    assertThat(resultOf(first)).contains("\"points\":[]");
    bench.awaitCold();

    Invocation second = bench.invoke(UNTIL_THE_END);
    ScriptedAgent agent = bench.awaitAgent(2);
    var unused = agent.start(EdgeType.STREAM, EdgeType.STREAM);
    agent.awaitEnd();
    bench.exit(new ProcessExit.Exited(0));

    assertThat(resultOf(second)).contains("\"points\":[]");
  }

  @Test
  void an_agent_that_fails_at_the_end_of_its_input_fails_the_invocation() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(UNTIL_THE_END);
    agent.awaitEnd();

    bench.exit(new ProcessExit.Exited(2));

    assertThat(errorOf(invocation)).contains("UDF.AgentExited").contains("exit status 2");
  }

  @Test
  void an_output_that_ends_in_a_batch_fails_the_invocation() {
    ScriptedAgent agent = bench.ready(EdgeType.STREAM, EdgeType.BATCH);
    Invocation invocation = bench.invoke(UNTIL_THE_END);
    agent.awaitEnd();

    agent.send(ScriptedAgent.begin(0));
    bench.exit(new ProcessExit.Exited(0));

    assertThat(errorOf(invocation)).contains("UDF.ProtocolError").contains("middle of a batch");
  }

  @Test
  void more_data_than_a_response_may_have_is_an_error_after_which_the_agent_goes_on() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(TWO_POINTS.replace("2", "8"));
    for (int i = 0; i < 8; i++) {
      agent.send(ScriptedAgent.text("x".repeat(1024 * 1024)));
    }

    assertThat(AgentBench.outcomeOf(invocation).toString())
        .contains("FUNCTION_RESPONSE_SIZE_TOO_LARGE");
    bench.awaitIdle();
    Invocation next = bench.invoke(TWO_POINTS);
    agent.send(ScriptedAgent.point(1), ScriptedAgent.point(2));
    assertThat(resultOf(next)).contains("\"value\":2.0");
  }
}

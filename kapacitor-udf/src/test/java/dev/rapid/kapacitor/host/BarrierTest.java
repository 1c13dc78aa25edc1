package dev.rapid.kapacitor.host;

import static dev.rapid.kapacitor.host.AgentBench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.testing.RecordingSink;
import dev.rapid.kapacitor.protocol.EdgeType;
import dev.rapid.kapacitor.protocol.Request.MessageCase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Invocations that are complete after a barrier (contract kapacitor-udf, section 9.2). */
@Timeout(60)
final class BarrierTest {

  private static final Duration SETTLE = Duration.ofMillis(2);
  private static final String POINT =
      """
      {"points": [{"name": "m", "time": 1, "fields": {"value": 1}}]}\
      """;
  private static final String BATCH =
      """
      {"batches": [{"name": "m", "points": [{"time": 1, "fields": {"value": 1}}]}]}\
      """;

  private final AgentBench bench = AgentBench.open();

  @AfterEach
  void closeBench() {
    bench.close();
  }

  private static boolean isOver(Invocation invocation) {
    return ((RecordingSink) invocation.sink()).outcome() != null;
  }

  /** Lets the time pass that an agent must be quiet. */
  private void settle(Invocation invocation) {
    AgentBench.eventually(() -> {
      bench.time().advanceBy(SETTLE);
      return isOver(invocation);
    });
  }

  @Test
  void points_and_their_results_make_one_invocation() {
    ScriptedAgent agent = bench.ready();

    Invocation invocation = bench.invoke(POINT);
    assertThat(agent.await(MessageCase.POINT).getPoint().getFieldsDoubleOrThrow("value"))
        .isEqualTo(1.0);
    agent.send(ScriptedAgent.point(2));
    agent.answerKeepalive();
    agent.answerKeepalive();
    agent.answerKeepalive();
    settle(invocation);

    assertThat(resultOf(invocation))
        .isEqualTo(
            "{\"meta\":{\"completion\":\"barrier\",\"received\":{\"batches\":0,\"points\":1},"
                + "\"rounds\":3,\"sent\":{\"batches\":0,\"points\":1},\"warnings\":[]},"
                + "\"points\":[{\"fields\":{\"value\":2.0},\"name\":\"m\","
                + "\"tags\":{},\"time\":\"1970-01-01T00:00:00Z\"}]}");
  }

  @Test
  void each_question_waits_for_the_answer_to_the_one_before() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(POINT);
    agent.await(MessageCase.POINT);

    long first = agent.await(MessageCase.KEEPALIVE).getKeepalive().getTime();
    assertThat(agent.poll()).isNull();
    agent.send(ScriptedAgent.keepalive(first));
    long second = agent.await(MessageCase.KEEPALIVE).getKeepalive().getTime();

    assertThat(second).isGreaterThan(first);
    assertThat(isOver(invocation)).isFalse();
  }

  @Test
  void an_answer_that_is_repeated_answers_no_other_question() {
    ScriptedAgent agent = bench.ready();
    bench.invoke(POINT);
    agent.await(MessageCase.POINT);
    long first = agent.await(MessageCase.KEEPALIVE).getKeepalive().getTime();
    agent.send(ScriptedAgent.keepalive(first));
    agent.await(MessageCase.KEEPALIVE);
    long before = bench.received();

    agent.send(ScriptedAgent.keepalive(first), ScriptedAgent.keepalive(1));
    AgentBench.eventually(() -> bench.received() >= before + 2);

    assertThat(agent.poll()).isNull();
  }

  @Test
  void an_agent_that_repeats_no_time_answers_one_question_after_the_other() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(POINT);
    agent.await(MessageCase.POINT);

    for (int round = 0; round < 3; round++) {
      agent.await(MessageCase.KEEPALIVE);
      agent.send(ScriptedAgent.keepalive(0));
    }
    settle(invocation);

    assertThat(resultOf(invocation)).contains("\"rounds\":3");
  }

  @Test
  void data_after_the_last_answer_starts_the_quiet_time_again() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(POINT);
    agent.await(MessageCase.POINT);
    agent.answerKeepalive();
    agent.answerKeepalive();
    agent.answerKeepalive();

    agent.send(ScriptedAgent.point(7));
    settle(invocation);

    assertThat(resultOf(invocation)).contains("\"value\":7.0");
  }

  @Test
  void a_timer_that_rings_late_does_not_prove_that_the_agent_was_quiet() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(POINT);
    agent.await(MessageCase.POINT);
    agent.answerKeepalive();
    agent.answerKeepalive();
    bench.timersLag(Duration.ofMillis(3));
    agent.answerKeepalive();
    bench.received(3);
    bench.timersLag(Duration.ZERO);

    bench.time().advanceBy(SETTLE.plusMillis(3));
    assertThat(isOver(invocation)).isFalse();

    agent.send(ScriptedAgent.point(7));
    settle(invocation);
    assertThat(resultOf(invocation)).contains("\"value\":7.0");
  }

  @Test
  void timers_that_always_ring_late_do_not_hold_an_invocation_for_ever() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(POINT);
    agent.await(MessageCase.POINT);
    bench.timersLag(Duration.ofMillis(3));
    agent.answerKeepalive();
    agent.answerKeepalive();
    agent.answerKeepalive();

    settle(invocation);

    assertThat(resultOf(invocation)).contains("\"points\":[]");
    assertThat(bench.time().elapsed()).isLessThan(Duration.ofMillis(100));
  }

  @Test
  void an_open_batch_is_waited_for() {
    ScriptedAgent agent = bench.ready(EdgeType.BATCH, EdgeType.BATCH);
    Invocation invocation = bench.invoke(BATCH);
    agent.await(MessageCase.BEGIN);
    agent.await(MessageCase.POINT);
    agent.await(MessageCase.END);
    agent.send(ScriptedAgent.begin(1), ScriptedAgent.point(3));
    agent.answerKeepalive();
    AgentBench.eventually(() -> bench.received() == 5);
    bench.time().advanceBy(Duration.ofSeconds(1));
    assertThat(isOver(invocation)).isFalse();

    agent.send(ScriptedAgent.end());
    settle(invocation);

    assertThat(resultOf(invocation)).contains("\"value\":3.0").contains("\"rounds\":1");
  }

  @Test
  void an_event_that_is_not_valid_leaves_the_agent_untouched() {
    ScriptedAgent agent = bench.ready();

    Invocation invocation = bench.invoke("{\"points\": [{\"name\": \"m\"}]}");

    assertThat(AgentBench.errorOf(invocation)).contains("UDF.InvalidEvent").contains("/points/0");
    assertThat(agent.poll()).isNull();
    assertThat(bench.processes().stops()).isEmpty();
  }

  @Test
  void an_agent_takes_one_invocation_after_the_other() {
    ScriptedAgent agent = bench.ready();
    for (int i = 0; i < 3; i++) {
      Invocation invocation = bench.invoke("{\"points\": []}");
      agent.answerKeepalive();
      agent.answerKeepalive();
      agent.answerKeepalive();
      settle(invocation);
      assertThat(resultOf(invocation)).contains("\"points\":[]");
      bench.awaitIdle();
    }
    assertThat(bench.processes().starts()).hasSize(1);
  }
}

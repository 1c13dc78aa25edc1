package dev.rapid.kapacitor.host;

import static dev.rapid.kapacitor.host.AgentBench.errorOf;
import static dev.rapid.kapacitor.host.AgentBench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.protocol.EdgeType;
import dev.rapid.kapacitor.protocol.Request.MessageCase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether an agent still lives (contract kapacitor-udf, sections 5.3 and 8.4). */
@Timeout(60)
final class KeepaliveTest {

  private static final Duration TIMEOUT = KapacitorSettings.DEFAULT.timeout();
  private static final Duration INTERVAL = TIMEOUT.dividedBy(2);
  private static final String NOTHING = "{\"points\": []}";

  private final AgentBench bench = AgentBench.open();

  @AfterEach
  void closeBench() {
    bench.close();
  }

  @Test
  void an_agent_is_asked_after_half_of_its_timeout() {
    ScriptedAgent agent = bench.ready();

    bench.time().advanceBy(INTERVAL.minusMillis(1));
    assertThat(agent.poll()).isNull();
    bench.time().advanceBy(Duration.ofMillis(1));

    agent.answerKeepalive();
  }

  @Test
  void an_agent_that_answers_lives() {
    ScriptedAgent agent = bench.ready();

    for (int i = 1; i <= 6; i++) {
      bench.time().advanceBy(INTERVAL);
      agent.answerKeepalive();
      bench.received(i);
    }

    assertThat(bench.processes().stops()).isEmpty();
  }

  @Test
  void an_agent_that_only_sends_data_lives() {
    ScriptedAgent agent = bench.ready();

    for (int i = 1; i <= 6; i++) {
      bench.time().advanceBy(INTERVAL);
      agent.send(ScriptedAgent.point(i));
      bench.received(i);
    }

    assertThat(bench.processes().stops()).isEmpty();
  }

  @Test
  void an_agent_that_is_silent_fails_its_invocation_after_the_timeout() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(NOTHING);
    agent.await(MessageCase.KEEPALIVE);

    bench.time().advanceBy(TIMEOUT.minusMillis(1));
    assertThat(AgentBench.isOver(invocation)).isFalse();
    bench.time().advanceBy(Duration.ofMillis(1));

    assertThat(errorOf(invocation)).contains("UDF.KeepaliveTimeout").contains("10000 ms");
  }

  @Test
  void short_text_in_place_of_a_frame_is_shown_when_the_timeout_is_over() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(NOTHING);
    agent.await(MessageCase.KEEPALIVE);
    agent.sendBytes("done\n".getBytes(StandardCharsets.UTF_8));
    bench.awaitIncompleteFrame();

    bench.time().advanceBy(TIMEOUT);

    assertThat(errorOf(invocation))
        .contains("UDF.KeepaliveTimeout")
        .contains("done")
        .contains("print to stderr");
  }

  @Test
  void an_agent_that_is_silent_is_killed_after_twice_its_timeout_more() {
    ScriptedAgent agent = bench.ready();
    bench.time().advanceBy(INTERVAL);
    agent.await(MessageCase.KEEPALIVE);
    bench.time().advanceBy(INTERVAL);
    agent.awaitEnd();

    bench.time().advanceBy(TIMEOUT.multipliedBy(2).minusMillis(1));
    assertThat(bench.processes().alive()).containsExactly(1);
    bench.time().advanceBy(Duration.ofMillis(1));

    assertThat(bench.processes().alive()).isEmpty();
    assertThat(bench.processes().signals()).isEmpty();
  }

  @Test
  void an_agent_that_died_between_two_invocations_is_replaced_before_the_next() {
    bench.ready();
    bench.time().advanceBy(TIMEOUT);
    bench.awaitCold();

    Invocation invocation = bench.invoke(NOTHING);
    ScriptedAgent second = bench.awaitAgent(2);
    var unused = second.start(EdgeType.STREAM, EdgeType.STREAM);
    second.answerKeepalive();
    second.answerKeepalive();
    second.answerKeepalive();
    bench.settle(invocation);

    assertThat(resultOf(invocation)).contains("\"points\":[]");
  }

  @Test
  void a_process_that_is_stopped_is_not_expected_to_answer() {
    bench.ready();
    bench.freeze();

    bench.time().advanceBy(TIMEOUT.multipliedBy(10));

    assertThat(bench.agent().poll()).isNull();
    assertThat(bench.processes().stops()).isEmpty();
  }

  @Test
  void a_process_that_goes_on_is_asked_at_once_and_has_its_whole_timeout() {
    bench.ready();
    bench.freeze();
    bench.time().advanceBy(TIMEOUT.multipliedBy(10));

    bench.thaw();
    bench.agent().await(MessageCase.KEEPALIVE);
    bench.time().advanceBy(TIMEOUT.minusMillis(1));

    assertThat(bench.processes().stops()).isEmpty();
  }
}

package dev.rapid.kapacitor.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.kapacitor.KapacitorSettings;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How an agent is ended (contract kapacitor-udf, section 8.1). */
@Timeout(60)
final class StopTest {

  private static final Duration STOP_GRACE = KapacitorSettings.DEFAULT.stopGrace();
  private static final Duration TERM_GRACE = KapacitorSettings.DEFAULT.termGrace();

  private final AgentBench bench = AgentBench.open();

  @AfterEach
  void closeBench() {
    bench.close();
  }

  private boolean isTerminated() {
    return bench.sandbox().state().phase() instanceof Phase.Terminated;
  }

  @Test
  void an_agent_that_ends_with_its_input_gets_no_signal() {
    ScriptedAgent agent = bench.ready();
    bench.shutDown();
    agent.awaitEnd();

    bench.exit(new ProcessExit.Exited(0));

    AgentBench.eventually(this::isTerminated);
    assertThat(bench.processes().signals()).isEmpty();
  }

  @Test
  void an_agent_that_goes_on_after_its_input_gets_a_signal_and_is_killed_later() {
    ScriptedAgent agent = bench.ready();
    bench.shutDown();
    agent.awaitEnd();

    bench.time().advanceBy(STOP_GRACE.minusMillis(1));
    assertThat(bench.processes().signals()).isEmpty();
    bench.time().advanceBy(Duration.ofMillis(1));
    assertThat(bench.processes().signals()).containsExactly("TERM runtime-1");
    bench.time().advanceBy(TERM_GRACE);

    AgentBench.eventually(this::isTerminated);
    assertThat(bench.processes().alive()).isEmpty();
  }

  @Test
  void what_an_agent_says_after_the_end_of_its_input_is_read() {
    ScriptedAgent agent = bench.ready();
    bench.shutDown();
    agent.awaitEnd();

    agent.send(ScriptedAgent.point(1), ScriptedAgent.point(2));
    bench.received(2);
    bench.exit(new ProcessExit.Exited(0));

    AgentBench.eventually(this::isTerminated);
  }

  @Test
  void an_agent_that_is_ended_while_it_initialises_ends_too() {
    bench.start();
    bench.shutDown();

    bench.time().advanceBy(STOP_GRACE.plus(TERM_GRACE));

    AgentBench.eventually(this::isTerminated);
  }
}

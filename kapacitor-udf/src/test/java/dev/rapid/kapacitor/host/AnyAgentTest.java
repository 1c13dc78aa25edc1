package dev.rapid.kapacitor.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.kapacitor.protocol.EdgeType;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents that do anything at any time. A seed that fails is in the message. */
@Timeout(120)
final class AnyAgentTest {

  private static final int SEEDS = 100;
  private static final int INVOCATIONS = 4;
  private static final int STEPS = 12;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final String[] EVENTS = {
    "{\"points\": []}",
    "{\"points\": [{\"name\": \"m\", \"time\": 1}]}",
    "{\"points\": [], \"completion\": \"eof\"}",
    "{\"points\": [], \"completion\": \"count\", \"expect\": {\"points\": 1}}",
    "{\"batches\": []}",
  };

  @Test
  void each_invocation_has_an_outcome_whatever_the_agent_does() {
    for (int seed = 0; seed < SEEDS; seed++) {
      try (AgentBench bench = AgentBench.open()) {
        run(bench, new Random(seed), seed);
      }
    }
  }

  private static void run(AgentBench bench, Random random, int seed) {
    for (int i = 0; i < INVOCATIONS; i++) {
      Invocation invocation = bench.invoke(EVENTS[random.nextInt(EVENTS.length)], TIMEOUT);
      for (int step = 0; step < STEPS && !AgentBench.isOver(invocation); step++) {
        act(bench, random);
      }
      long giveUpAt = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (!AgentBench.isOver(invocation) || isBusy(bench)) {
        bench.time().advanceBy(Duration.ofMillis(100));
        assertThat(System.nanoTime()).as("seed %d, invocation %d", seed, i).isLessThan(giveUpAt);
      }
    }
  }

  /** A sandbox takes an invocation if it is cold, or has an agent with room. */
  private static boolean isBusy(AgentBench bench) {
    Phase phase = bench.sandbox().state().phase();
    return !(phase instanceof Phase.Cold || (phase instanceof Phase.Serving p && p.isIdle()));
  }

  private static void act(AgentBench bench, Random random) {
    ScriptedAgent agent = bench.lastAgent();
    if (agent == null) {
      return;
    }
    try {
      switch (random.nextInt(12)) {
        case 0 -> agent.send(ScriptedAgent.point(1));
        case 1 -> agent.send(ScriptedAgent.begin(0));
        case 2 -> agent.send(ScriptedAgent.end());
        case 3 -> agent.send(ScriptedAgent.error("boom"), ScriptedAgent.point(1));
        case 4 -> agent.sendBytes(new byte[] {3, 'a', 'b'});
        case 5 -> bench.exitIfAlive(new ProcessExit.Exited(random.nextInt(2)));
        case 6 -> agent.endOutput();
        case 7 -> bench.time().advanceBy(Duration.ofMillis(random.nextInt(6000)));
        default -> answer(agent, agent.poll());
      }
    } catch (UncheckedIOException e) {
      // Its output has ended before.
    }
  }

  private static void answer(ScriptedAgent agent, @Nullable Request request) {
    if (request == null) {
      return;
    }
    Response answer =
        switch (request.getMessageCase()) {
          case INFO -> ScriptedAgent.info(EdgeType.STREAM, EdgeType.STREAM);
          case INIT -> ScriptedAgent.initialised();
          case KEEPALIVE -> ScriptedAgent.keepalive(request.getKeepalive().getTime());
          default -> null;
        };
    if (answer != null) {
      agent.send(answer);
    }
  }
}

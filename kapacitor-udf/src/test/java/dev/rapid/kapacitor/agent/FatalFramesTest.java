package dev.rapid.kapacitor.agent;

import static dev.rapid.kapacitor.agent.ScriptedHost.begin;
import static dev.rapid.kapacitor.agent.ScriptedHost.end;
import static dev.rapid.kapacitor.agent.ScriptedHost.keepalive;
import static dev.rapid.kapacitor.agent.ScriptedHost.point;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.agent.AgentBench.Exposure;
import dev.rapid.kapacitor.agent.AgentBench.Use;
import dev.rapid.kapacitor.protocol.Response;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever a function answers, no frame kills the daemon (contract kapacitor-udf, sections 5.5 and
 * 11.4; test K18).
 */
class FatalFramesTest {

  private static final int ROUNDS = 3000;
  private static final int ROUNDS_THAT_END = 60;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"STREAM, 1", "BATCH, 2"})
  void no_result_becomes_a_frame_that_kills_the_daemon(EdgeType provides, long seed)
      throws Exception {
    Exposure exposure = Exposure.batches();
    exposure.provides = provides;
    exposure.drops = true;
    exposure.ordered = true;
    RandomResults results = new RandomResults(seed, provides);
    DaemonRules daemon = new DaemonRules(provides);
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.sandbox().function = event -> results.next();
      for (int round = 1; round <= ROUNDS; round++) {
        use.host().send(begin("a"), point(round), end("a", round), keepalive(round));
        Response frame = use.host().receive();
        while (!frame.hasKeepalive()) {
          daemon.take(frame);
          frame = use.host().receive();
        }
        daemon.take(frame);
        assertThat(frame.getKeepalive().getTime()).isEqualTo(round);
      }
    }
    assertThat(daemon.results()).isGreaterThan(ROUNDS / 20);
  }

  @ParameterizedTest
  @CsvSource({"STREAM, 3", "BATCH, 4"})
  void an_error_comes_after_a_complete_result_or_instead_of_it(EdgeType provides, long seed)
      throws Exception {
    Exposure exposure = Exposure.batches();
    exposure.provides = provides;
    RandomResults results = new RandomResults(seed, provides);
    Random outcomes = new Random(seed);
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      for (int round = 1; round <= ROUNDS_THAT_END; round++) {
        Use use = bench.use();
        use.host().send(begin("a"), end("a", 1), begin("a"), end("a", 2));
        use.host().endInput();
        Invocation first = use.sandbox().next();
        use.sandbox().function = event -> results.next();
        use.sandbox().ends(first, outcome(outcomes, results.next()));
        DaemonRules daemon = new DaemonRules(provides);
        use.host().receiveAll().forEach(daemon::take);
        use.sandbox().awaitClosed();
      }
    }
  }

  private static Outcome outcome(Random random, String text) {
    return switch (random.nextInt(5)) {
      case 0 -> new Outcome.Reported("E", text, Payload.of(text), null);
      case 1 -> new Outcome.Failed(ErrorType.RUNTIME_EXIT_ERROR, text);
      case 2 -> new Outcome.RestoreFailed(random.nextBoolean(), text);
      case 3 -> new Outcome.Rejected(Outcome.Rejection.FUNCTION_BUSY);
      default -> new Outcome.Returned(Payload.of(text), null);
    };
  }
}

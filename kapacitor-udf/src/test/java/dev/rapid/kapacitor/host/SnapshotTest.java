package dev.rapid.kapacitor.host;

import static dev.rapid.kapacitor.host.AgentBench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.worker.WorkerState;
import dev.rapid.kapacitor.SavedState;
import dev.rapid.kapacitor.protocol.EdgeType;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Request.MessageCase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The state of an agent (contract kapacitor-udf, sections 8.1, 8.2 and 8.4). */
@Timeout(60)
final class SnapshotTest {

  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final String NOTHING =
      """
      {"points": [], "completion": "count", "expect": {"points": 0}}\
      """;
  private static final String ONE_POINT =
      """
      {"points": [], "completion": "count", "expect": {"points": 1}}\
      """;

  private @Nullable AgentBench opened;

  @AfterEach
  void closeBench() {
    if (opened != null) {
      opened.close();
    }
  }

  private AgentBench open(TestSettings settings) {
    AgentBench bench = AgentBench.open(settings.build());
    opened = bench;
    return bench;
  }

  private AgentBench snapStart() {
    AgentBench bench = AgentBench.withSnapStart(new SavedState());
    opened = bench;
    return bench;
  }

  private static String stateOf(Request restore) {
    return restore.getRestore().getSnapshot().toStringUtf8();
  }

  @Test
  void an_agent_is_not_asked_for_its_state_unless_the_settings_say_so() {
    AgentBench bench = open(TestSettings.usual());
    ScriptedAgent agent = bench.ready();

    bench.time().advanceBy(Duration.ofSeconds(5));

    agent.answerKeepalive();
    assertThat(agent.poll()).isNull();
  }

  @Test
  void a_process_that_follows_a_broken_one_continues_from_the_last_state() {
    AgentBench bench = open(TestSettings.usual().snapshotInterval(INTERVAL).restoreAfterFailure());
    ScriptedAgent first = bench.ready();
    bench.time().advanceBy(INTERVAL);
    first.await(MessageCase.SNAPSHOT);
    first.send(ScriptedAgent.snapshot("average 4"));
    bench.received(1);
    bench.exit(new ProcessExit.Exited(1));
    bench.awaitCold();

    Invocation invocation = bench.invoke(NOTHING);
    ScriptedAgent second = bench.awaitAgent(2);
    var unused = second.start(EdgeType.STREAM, EdgeType.STREAM);
    assertThat(stateOf(second.await(MessageCase.RESTORE))).isEqualTo("average 4");
    second.send(ScriptedAgent.restored(true, ""));

    assertThat(resultOf(invocation)).contains("\"points\":[]");
  }

  @Test
  void a_process_that_follows_a_broken_one_begins_anew_without_that_setting() {
    AgentBench bench = open(TestSettings.usual().snapshotInterval(INTERVAL));
    ScriptedAgent first = bench.ready();
    bench.time().advanceBy(INTERVAL);
    first.await(MessageCase.SNAPSHOT);
    first.send(ScriptedAgent.snapshot("average 4"));
    bench.received(1);
    bench.exit(new ProcessExit.Exited(1));
    bench.awaitCold();

    Invocation invocation = bench.invoke(NOTHING);
    var unused = bench.awaitAgent(2).start(EdgeType.STREAM, EdgeType.STREAM);

    assertThat(resultOf(invocation)).contains("\"points\":[]");
  }

  @Test
  void an_agent_without_a_state_is_not_restored() {
    AgentBench bench = open(TestSettings.usual().snapshotInterval(INTERVAL).restoreAfterFailure());
    ScriptedAgent first = bench.ready();
    bench.time().advanceBy(INTERVAL);
    first.await(MessageCase.SNAPSHOT);
    first.send(ScriptedAgent.snapshot(""));
    bench.received(1);
    bench.exit(new ProcessExit.Exited(1));
    bench.awaitCold();

    Invocation invocation = bench.invoke(NOTHING);
    var unused = bench.awaitAgent(2).start(EdgeType.STREAM, EdgeType.STREAM);

    assertThat(resultOf(invocation)).contains("\"points\":[]");
  }

  @Test
  void an_agent_is_asked_for_its_state_only_between_two_invocations() {
    AgentBench bench = open(TestSettings.usual().snapshotInterval(INTERVAL));
    ScriptedAgent agent = bench.ready();
    Invocation invocation = bench.invoke(ONE_POINT);

    bench.time().advanceBy(INTERVAL);
    assertThat(agent.poll()).isNull();
    agent.send(ScriptedAgent.point(1));

    assertThat(resultOf(invocation)).contains("\"value\":1.0");
    agent.await(MessageCase.SNAPSHOT);
  }

  @Test
  void snap_start_takes_the_state_after_the_init_and_restores_it_for_the_first_invocation() {
    AgentBench bench = snapStart();
    ScriptedAgent agent = bench.start();
    var unused = agent.start(EdgeType.STREAM, EdgeType.STREAM);
    agent.await(MessageCase.SNAPSHOT);
    agent.send(ScriptedAgent.snapshot("empty window"));
    AgentBench.eventually(() -> bench.sandbox().state().worker() == WorkerState.SNAPSHOT_READY);

    Invocation invocation = bench.invoke(NOTHING);
    assertThat(stateOf(agent.await(MessageCase.RESTORE))).isEqualTo("empty window");
    agent.send(ScriptedAgent.restored(true, ""));

    assertThat(resultOf(invocation)).contains("\"points\":[]");
  }

  @Test
  void snap_start_does_not_restore_an_agent_without_a_state() {
    AgentBench bench = snapStart();
    ScriptedAgent agent = bench.start();
    var unused = agent.start(EdgeType.STREAM, EdgeType.STREAM);
    agent.await(MessageCase.SNAPSHOT);
    agent.send(ScriptedAgent.snapshot(""));
    AgentBench.eventually(() -> bench.sandbox().state().worker() == WorkerState.SNAPSHOT_READY);

    Invocation invocation = bench.invoke(NOTHING);

    assertThat(resultOf(invocation)).contains("\"points\":[]");
    assertThat(agent.poll()).isNull();
  }

  @Test
  void a_restore_that_fails_is_followed_by_an_init() {
    AgentBench bench = snapStart();
    ScriptedAgent agent = bench.start();
    var unused = agent.start(EdgeType.STREAM, EdgeType.STREAM);
    agent.await(MessageCase.SNAPSHOT);
    agent.send(ScriptedAgent.snapshot("window"));
    AgentBench.eventually(() -> bench.sandbox().state().worker() == WorkerState.SNAPSHOT_READY);
    bench.invoke(NOTHING);
    agent.await(MessageCase.RESTORE);

    agent.send(ScriptedAgent.restored(false, "unknown version"));
    agent.awaitEnd();
    AgentBench.eventually(() -> {
      bench.time().advanceBy(Duration.ofMillis(100));
      return bench.processes().starts().size() == 2;
    });

    bench.awaitAgent(2).await(MessageCase.INFO);
  }
}

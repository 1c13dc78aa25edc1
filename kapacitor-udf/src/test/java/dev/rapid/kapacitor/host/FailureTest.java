package dev.rapid.kapacitor.host;

import static dev.rapid.kapacitor.host.AgentBench.errorOf;
import static dev.rapid.kapacitor.host.AgentBench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.kapacitor.protocol.EdgeType;
import dev.rapid.kapacitor.protocol.Request.MessageCase;
import dev.rapid.kapacitor.protocol.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an invocation gets if its agent fails (contract kapacitor-udf, section 7). */
@Timeout(60)
final class FailureTest {

  private static final String NOTHING = "{\"points\": []}";

  /** Longer than what an end waits for its other signs. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final AgentBench bench = AgentBench.open();

  @AfterEach
  void closeBench() {
    bench.close();
  }

  /** An invocation that the agent has. */
  private Invocation begun(ScriptedAgent agent) {
    Invocation invocation = bench.invoke(NOTHING);
    agent.await(MessageCase.KEEPALIVE);
    return invocation;
  }

  /** The next invocation has a fresh agent. */
  private void assertThatAnotherAgentServes(int number) {
    bench.awaitCold();
    Invocation next = bench.invoke(NOTHING);
    ScriptedAgent agent = bench.awaitAgent(number);
    var unused = agent.start(EdgeType.STREAM, EdgeType.STREAM);
    agent.answerKeepalive();
    agent.answerKeepalive();
    agent.answerKeepalive();
    bench.settle(next);
    assertThat(resultOf(next)).contains("\"points\":[]");
  }

  @ParameterizedTest
  @MethodSource("exits")
  void an_agent_that_ends_in_an_invocation_is_reported_with_its_status(
      ProcessExit exit, String text) {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = begun(agent);
    bench.log("Traceback");
    bench.log("ValueError: boom");

    bench.exit(exit);

    assertThat(errorOf(invocation))
        .contains("UDF.AgentExited")
        .contains(text)
        .contains("ValueError: boom");
    assertThatAnotherAgentServes(2);
  }

  private static Stream<Arguments> exits() {
    return Stream.of(
        Arguments.of(new ProcessExit.Exited(0), "exit status 0"),
        Arguments.of(new ProcessExit.Exited(3), "exit status 3"),
        Arguments.of(new ProcessExit.Signaled("killed"), "signal: killed"));
  }

  @Test
  void an_exit_waits_for_what_the_agent_has_said_before() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = begun(agent);

    bench.processes().exit(new ProcessExit.Exited(0));
    agent.send(ScriptedAgent.error("out of memory"));
    agent.endOutput();

    assertThat(errorOf(invocation)).contains("UDF.AgentError").contains("out of memory");
  }

  @Test
  void an_error_of_the_agent_is_passed_on() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = begun(agent);

    agent.send(ScriptedAgent.error("cannot divide"));
    bench.received(1);
    bench.time().advanceBy(PATIENCE);

    assertThat(errorOf(invocation)).contains("UDF.AgentError").contains("cannot divide");
    agent.awaitEnd();
    assertThatAnotherAgentServes(2);
  }

  @Test
  void an_error_of_the_agent_has_its_last_log_lines_if_it_ends() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = begun(agent);
    agent.send(ScriptedAgent.error("cannot divide"));
    bench.received(1);

    bench.log("stack of the error");
    bench.exit(new ProcessExit.Exited(1));

    assertThat(errorOf(invocation)).contains("cannot divide").contains("stack of the error");
  }

  @Test
  void an_agent_that_closes_its_output_and_lives_is_ended() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = begun(agent);

    agent.endOutput();
    AgentBench.eventually(() -> {
      bench.time().advanceBy(PATIENCE);
      return AgentBench.isOver(invocation);
    });

    assertThat(errorOf(invocation)).contains("UDF.AgentExited").contains("closed its output");
  }

  @ParameterizedTest
  @MethodSource("misbehaviours")
  void a_frame_that_means_nothing_ends_the_agent(
      EdgeType provides, List<Response> frames, String text) {
    ScriptedAgent agent = bench.ready(EdgeType.STREAM, provides);
    Invocation invocation = begun(agent);

    agent.send(frames.toArray(Response[]::new));

    assertThat(errorOf(invocation)).contains("UDF.ProtocolError").contains(text);
    assertThatAnotherAgentServes(2);
  }

  private static Stream<Arguments> misbehaviours() {
    return Stream.of(
        Arguments.of(EdgeType.BATCH, List.of(ScriptedAgent.end()), "ends a batch"),
        Arguments.of(
            EdgeType.BATCH,
            List.of(ScriptedAgent.begin(0), ScriptedAgent.begin(0)),
            "another one is open"),
        Arguments.of(EdgeType.BATCH, List.of(ScriptedAgent.begin(-1)), "negative size -1"),
        Arguments.of(EdgeType.BATCH, List.of(ScriptedAgent.point(1)), "outside of a batch"),
        Arguments.of(EdgeType.STREAM, List.of(ScriptedAgent.begin(0)), "begun a batch"),
        Arguments.of(EdgeType.STREAM, List.of(Response.getDefaultInstance()), "an empty message"));
  }

  @Test
  void text_on_stdout_is_recognised() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = begun(agent);

    agent.sendBytes("\u0005hello world".getBytes(StandardCharsets.UTF_8));

    assertThat(errorOf(invocation)).contains("UDF.ProtocolError").contains("05 68 65 6c 6c 6f");
  }

  @Test
  void a_frame_that_breaks_off_tells_of_text_on_stdout_if_the_agent_ends_well() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = begun(agent);

    agent.sendBytes("hello\n".getBytes(StandardCharsets.UTF_8));
    bench.exit(new ProcessExit.Exited(0));

    assertThat(errorOf(invocation)).contains("UDF.ProtocolError").contains("stderr");
  }

  @Test
  void a_frame_that_breaks_off_is_an_exit_if_the_agent_was_killed() {
    ScriptedAgent agent = bench.ready();
    Invocation invocation = begun(agent);

    agent.sendBytes(new byte[] {100, 1});
    bench.exit(new ProcessExit.Signaled("killed"));

    assertThat(errorOf(invocation)).contains("UDF.AgentExited").contains("signal: killed");
  }

  @Test
  void answers_without_a_question_are_dropped() {
    ScriptedAgent agent = bench.ready();
    agent.send(
        ScriptedAgent.snapshot("old"),
        ScriptedAgent.initFailed("old"),
        ScriptedAgent.restored(false, "old"),
        ScriptedAgent.info(EdgeType.BATCH, EdgeType.BATCH),
        ScriptedAgent.keepalive(1));

    Invocation invocation = bench.invoke(NOTHING);
    agent.answerKeepalive();
    agent.answerKeepalive();
    agent.answerKeepalive();
    bench.settle(invocation);

    assertThat(resultOf(invocation)).contains("\"points\":[]");
  }

  @Test
  void an_agent_that_ends_between_two_invocations_is_replaced_before_the_next() {
    bench.ready();

    bench.exit(new ProcessExit.Exited(1));

    assertThatAnotherAgentServes(2);
  }
}

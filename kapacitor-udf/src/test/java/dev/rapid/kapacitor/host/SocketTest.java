package dev.rapid.kapacitor.host;

import static dev.rapid.kapacitor.host.AgentBench.errorOf;
import static dev.rapid.kapacitor.host.AgentBench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.kapacitor.codec.UnixStreams;
import dev.rapid.kapacitor.protocol.EdgeType;
import dev.rapid.kapacitor.protocol.Request.MessageCase;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that others have started (contract kapacitor-udf, section 4). */
@Timeout(60)
final class SocketTest {

  private static final Duration INIT_TIMEOUT = Duration.ofSeconds(5);
  private static final String NOTHING = "{\"points\": []}";

  @TempDir private Path directory;

  private Path socket = Path.of("");
  private AgentBench bench = AgentBench.open();

  @BeforeEach
  void openBench() {
    bench.close();
    socket = directory.resolve("agent.sock");
    bench = AgentBench.open(TestSettings.usual().socket(socket).initTimeout(INIT_TIMEOUT).build());
  }

  @AfterEach
  void closeBench() {
    bench.close();
  }

  private ServerSocketChannel listen() throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket));
  }

  private static ScriptedAgent accept(ServerSocketChannel server) throws IOException {
    UnixStreams streams = new UnixStreams(server.accept());
    return new ScriptedAgent(streams.in(), streams.out());
  }

  private static void answerThreeKeepalives(ScriptedAgent agent) {
    agent.answerKeepalive();
    agent.answerKeepalive();
    agent.answerKeepalive();
  }

  @Test
  void an_agent_on_a_socket_serves_invocations() throws IOException {
    try (ServerSocketChannel server = listen()) {
      Invocation invocation = bench.invoke(NOTHING);
      ScriptedAgent agent = accept(server);
      var unused = agent.start(EdgeType.STREAM, EdgeType.STREAM);
      answerThreeKeepalives(agent);
      bench.settle(invocation);

      assertThat(resultOf(invocation)).contains("\"points\":[]");
      assertThat(bench.processes().starts()).isEmpty();
    }
  }

  @Test
  void an_agent_that_does_not_listen_yet_is_waited_for() throws IOException {
    bench.sandbox().post(new SandboxEvent.InitRequested());
    AgentBench.eventually(() -> {
      bench.time().advanceBy(Duration.ofMillis(10));
      return bench.time().elapsed().toMillis() > 200;
    });

    try (ServerSocketChannel server = listen()) {
      // The next attempt comes at its time, which moves until then.
      Thread clock =
          Thread.ofVirtual()
              .start(() -> {
                while (!Thread.currentThread().isInterrupted()
                    && bench.time().elapsed().toMillis() < 2000) {
                  bench.time().advanceBy(Duration.ofMillis(1));
                  Thread.onSpinWait();
                }
              });
      ScriptedAgent agent = accept(server);
      clock.interrupt();

      agent.await(MessageCase.INFO);
    }
  }

  @Test
  void an_agent_that_never_listens_is_a_failed_start() {
    Invocation invocation = bench.invoke(NOTHING);
    AgentBench.eventually(() -> {
      bench.time().advanceBy(Duration.ofMillis(100));
      return AgentBench.isOver(invocation);
    });

    assertThat(errorOf(invocation)).contains("UDF.StartFailed").contains(socket.toString());
    bench.awaitCold();
  }

  @Test
  void a_connection_that_the_agent_closes_fails_the_invocation() throws IOException {
    try (ServerSocketChannel server = listen()) {
      Invocation invocation = bench.invoke(NOTHING);
      ScriptedAgent agent = accept(server);
      var unused = agent.start(EdgeType.STREAM, EdgeType.STREAM);
      agent.await(MessageCase.KEEPALIVE);

      agent.endOutput();

      assertThat(errorOf(invocation)).contains("UDF.AgentExited").contains("closed the connection");
      bench.awaitCold();
    }
  }

  @Test
  void the_next_invocation_after_a_broken_connection_has_another_one() throws IOException {
    try (ServerSocketChannel server = listen()) {
      bench.sandbox().post(new SandboxEvent.InitRequested());
      ScriptedAgent first = accept(server);
      var unused = first.start(EdgeType.STREAM, EdgeType.STREAM);
      bench.awaitServing();
      first.endOutput();
      bench.awaitCold();

      Invocation invocation = bench.invoke(NOTHING);
      ScriptedAgent second = accept(server);
      unused = second.start(EdgeType.STREAM, EdgeType.STREAM);
      answerThreeKeepalives(second);
      bench.settle(invocation);

      assertThat(resultOf(invocation)).contains("\"points\":[]");
    }
  }

  @Test
  void the_end_of_a_sandbox_waits_for_a_barrier_before_it_ends_the_input() throws IOException {
    try (ServerSocketChannel server = listen()) {
      bench.sandbox().post(new SandboxEvent.InitRequested());
      ScriptedAgent agent = accept(server);
      var unused = agent.start(EdgeType.STREAM, EdgeType.STREAM);
      bench.awaitServing();

      bench.shutDown();
      answerThreeKeepalives(agent);
      assertThat(agent.poll()).isNull();
      AgentBench.eventually(() -> {
        bench.time().advanceBy(Duration.ofMillis(1));
        return agent.hasInputEnded();
      });
      agent.endOutput();

      AgentBench.eventually(() -> bench.sandbox().state().phase() instanceof Phase.Terminated);
    }
  }

  @Test
  void a_sandbox_that_ends_while_it_connects_connects_no_more() {
    bench.sandbox().post(new SandboxEvent.InitRequested());

    bench.shutDown();
    AgentBench.eventually(() -> {
      bench.time().advanceBy(Duration.ofMillis(100));
      return bench.sandbox().state().phase() instanceof Phase.Terminated;
    });
  }
}

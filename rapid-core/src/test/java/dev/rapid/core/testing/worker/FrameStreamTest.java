package dev.rapid.core.testing.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.error.FailureMessages;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process with one stream, which can end, or break its protocol, while the process lives. */
final class FrameStreamTest {

  private static final ProcessExit EXIT_3 = new ProcessExit.Exited(3);

  @TempDir Path directory;

  private final VirtualTime time = new VirtualTime();
  private final FakeProcesses processes = FakeProcesses.stoppedAtOnce();
  private final FrameProtocol protocol = new FrameProtocol();
  private final Sandbox sandbox =
      Sandboxes.sandbox()
          .config(
              SandboxConfig.started(SandboxConfig.DEFAULT_INIT_TIMEOUT)
                  .withMessages(FailureMessages.PLAIN))
          .processes(processes)
          .connections(protocol)
          .time(time)
          .build();
  private SocketChannel far;
  private FrameWorker worker;

  @BeforeEach
  void start() throws IOException {
    sandbox.post(new SandboxEvent.InitRequested());
    connect(1);
    eventually(() -> !sandbox.state().slots().isEmpty());
  }

  /** Connects the worker of the process of a generation. */
  private void connect(int generation) throws IOException {
    UnixDomainSocketAddress address =
        UnixDomainSocketAddress.of(directory.resolve(generation + ".sock"));
    try (ServerSocketChannel server =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
      far = SocketChannel.open(address);
      SocketChannel near = server.accept();
      protocol.serveAlone(
          sandbox, generation, Channels.newInputStream(near), Channels.newOutputStream(near));
    }
    worker = new FrameWorker(Channels.newInputStream(far), Channels.newOutputStream(far));
    worker.ready();
  }

  @AfterEach
  void close() {
    worker.close();
    protocol.close();
  }

  private static void eventually(Callable<Boolean> condition) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(condition);
  }

  private Invocation running() {
    Invocation invocation = Invocations.invocation().requestId("a").build();
    sandbox.post(new SandboxEvent.InvokeRequested(invocation));
    worker.awaitInvocation();
    return invocation;
  }

  private static Outcome outcomeOf(Invocation invocation) {
    eventually(() -> Invocations.outcomeOf(invocation) != null);
    Outcome outcome = Invocations.outcomeOf(invocation);
    if (outcome == null) {
      throw new AssertionError();
    }
    return outcome;
  }

  @Test
  void a_stream_that_ends_while_its_process_lives_fails_the_invocation_and_ends_the_process() {
    Invocation invocation = running();

    worker.close();
    eventually(() -> sandbox.state().running().getFirst().failure() != null);
    time.advanceBy(SandboxConfig.EXIT_TIME);

    assertThat(outcomeOf(invocation))
        .isEqualTo(new Outcome.Failed(ErrorType.RUNTIME_UNKNOWN, "The stream has ended"));
    eventually(() -> sandbox.state().phase() instanceof Phase.Cold);
  }

  @Test
  void the_exit_that_ended_the_stream_is_what_the_caller_gets() {
    Invocation invocation = running();

    worker.close();
    eventually(() -> sandbox.state().running().getFirst().failure() != null);
    processes.exit(EXIT_3);

    assertThat(outcomeOf(invocation))
        .isEqualTo(
            new Outcome.Failed(
                ErrorType.RUNTIME_EXIT_ERROR, FailureMessages.PLAIN.runtimeExited(EXIT_3)));
  }

  @Test
  void a_worker_that_breaks_its_protocol_fails_the_invocation_at_once() throws IOException {
    Invocation invocation = running();

    OutputStream out = Channels.newOutputStream(far);
    out.write('?');

    assertThat(outcomeOf(invocation))
        .isEqualTo(new Outcome.Failed(ErrorType.RUNTIME_UNKNOWN, "Not a frame: 63"));
    eventually(() -> sandbox.state().phase() instanceof Phase.Cold);
  }

  @Test
  void an_error_reply_of_a_worker_that_then_breaks_its_protocol_is_what_the_caller_gets()
      throws IOException {
    Invocation failed = running();

    worker.fail("a", "Function.Boom", "{}");
    Channels.newOutputStream(far).write('?');
    eventually(() -> sandbox.state().phase() instanceof Phase.Cold);

    assertThat(outcomeOf(failed))
        .isInstanceOfSatisfying(
            Outcome.Reported.class,
            reported -> assertThat(reported.reportedType()).isEqualTo("Function.Boom"));
    assertThat(respondedByNextProcess()).isInstanceOf(Outcome.Returned.class);
  }

  @Test
  void a_worker_that_breaks_while_nothing_runs_is_replaced_before_the_next_invocation()
      throws IOException {
    Channels.newOutputStream(far).write('?');
    eventually(() -> sandbox.state().phase() instanceof Phase.Cold);

    assertThat(respondedByNextProcess()).isInstanceOf(Outcome.Returned.class);
  }

  /** Runs an invocation that starts a process, and returns what the caller gets. */
  private Outcome respondedByNextProcess() throws IOException {
    Invocation next = Invocations.invocation().requestId("b").build();
    sandbox.post(new SandboxEvent.InvokeRequested(next));
    connect(2);
    worker.awaitInvocation();
    worker.respond("b", new byte[] {'1'});
    assertThat(processes.starts()).containsExactly(1, 2);
    return outcomeOf(next);
  }

  @Test
  void a_stream_that_ends_while_nothing_runs_ends_the_process() {
    worker.close();

    eventually(() -> sandbox.state().phase() instanceof Phase.Cold);
    assertThat(processes.starts()).containsExactly(1);
  }
}

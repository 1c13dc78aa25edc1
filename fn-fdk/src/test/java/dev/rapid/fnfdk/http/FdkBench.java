package dev.rapid.fnfdk.http;

import static org.awaitility.Awaitility.await;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingSink;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.fnfdk.FdkLimits;
import dev.rapid.fnfdk.FdkWorker;
import dev.rapid.fnfdk.LateConnector;
import dev.rapid.fnfdk.SocketDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A sandbox in virtual time, whose worker the test plays over real sockets. */
final class FdkBench implements AutoCloseable {

  static final int HEAD_BYTES = 1_000;
  static final int BUFFERED_BYTES = 10_000;
  static final Duration INIT_TIMEOUT = Duration.ofSeconds(5);

  private final VirtualTime time = new VirtualTime();
  private final FakeProcesses processes = FakeProcesses.stoppedAtOnce();
  private final LateConnector connector = new LateConnector();
  private final SocketDirectories directories = new SocketDirectories();
  private final List<RawWorker> workers = new ArrayList<>();
  private final FdkWorker worker;
  private final Sandbox sandbox;

  FdkBench() {
    this(Duration.ofMinutes(1));
  }

  /**
   * @param idleConnection how long a connection without a call stays open, in real time
   */
  FdkBench(Duration idleConnection) {
    worker =
        new FdkWorker(
            connector, directories, new FdkLimits(HEAD_BYTES, BUFFERED_BYTES, idleConnection));
    sandbox =
        Sandboxes.sandbox()
            .config(SandboxConfig.started(INIT_TIMEOUT).withoutRepeatedInit())
            .processes(worker.around(processes))
            .connections(worker)
            .time(time)
            .available(invocation -> invocation.payload().release())
            .build();
    worker.serve(sandbox::post);
  }

  /** Starts a worker that does not listen yet. */
  RawWorker start() {
    sandbox.post(new SandboxEvent.InitRequested());
    return started();
  }

  /** Returns the worker that has been started. */
  RawWorker started() {
    RawWorker started = new RawWorker(worker.listener());
    workers.add(started);
    return started;
  }

  /** Starts a worker and waits until it has room. */
  RawWorker ready() throws IOException {
    RawWorker started = start();
    started.listen();
    eventually(() -> sandbox.state().phase().equals(Phase.Serving.IDLE));
    return started;
  }

  /** Hands over an invocation as the fleet does: when the one before it has ended. */
  Invocation invoke(Invocations invocation) {
    eventually(
        () -> !(sandbox.state().phase() instanceof Phase.Serving serving) || serving.isIdle());
    Invocation made = invocation.timeout(Duration.ofSeconds(3)).build();
    sandbox.post(new SandboxEvent.InvokeRequested(made));
    return made;
  }

  static Outcome outcomeOf(Invocation invocation) {
    RecordingSink sink = (RecordingSink) invocation.sink();
    eventually(() -> sink.outcome() != null);
    Outcome outcome = sink.outcome();
    if (outcome == null) {
      throw new AssertionError();
    }
    return outcome;
  }

  static void eventually(Callable<Boolean> condition) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(condition);
  }

  /** Waits until the processes have been stopped so many times, with their directory deleted. */
  void awaitReset(RawWorker ended) {
    eventually(
        () -> sandbox.state().phase() instanceof Phase.Cold && !Files.exists(directoryOf(ended)));
  }

  static Path directoryOf(RawWorker worker) {
    Path directory = worker.socket().getParent();
    if (directory == null) {
      throw new AssertionError();
    }
    return directory;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  FakeProcesses processes() {
    return processes;
  }

  VirtualTime time() {
    return time;
  }

  @Override
  public void close() throws IOException {
    for (RawWorker each : workers) {
      each.close();
    }
    worker.close();
    connector.close();
    directories.close();
  }
}

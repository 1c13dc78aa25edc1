package dev.rapid.kapacitor.host;

import static org.awaitility.Awaitility.await;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingSink;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.time.Timers;
import dev.rapid.kapacitor.AgentHost;
import dev.rapid.kapacitor.AgentSession;
import dev.rapid.kapacitor.AgentSetup;
import dev.rapid.kapacitor.AgentStreams;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.KapacitorWorker;
import dev.rapid.kapacitor.LoadedHost;
import dev.rapid.kapacitor.SavedState;
import dev.rapid.kapacitor.SessionSetup;
import dev.rapid.kapacitor.protocol.EdgeType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A sandbox in virtual time, whose agents the test plays over real streams. */
final class AgentBench implements AutoCloseable {

  /** Longer than every limit of an agent, so that only those count. */
  static final Duration INIT_TIMEOUT = Duration.ofMinutes(10);

  private final VirtualTime time = new VirtualTime();

  /** By how much the timers of the host ring too late, as those of a busy machine do. */
  private volatile Duration lag = Duration.ZERO;

  private final FakeProcesses processes = FakeProcesses.stoppedAtOnce();
  private final List<ScriptedAgent> agents = new CopyOnWriteArrayList<>();
  private final List<OutputListener> logs = new CopyOnWriteArrayList<>();
  private final List<Session> sessions = new CopyOnWriteArrayList<>();
  private final KapacitorSettings settings;
  private final SavedState state;
  private final KapacitorWorker worker;
  private final Processes around;
  private final Sandbox sandbox;

  static AgentBench open() {
    return open(KapacitorSettings.DEFAULT);
  }

  static AgentBench open(KapacitorSettings settings) {
    return new AgentBench(settings, new SavedState(), false);
  }

  static AgentBench withSnapStart(SavedState state) {
    return new AgentBench(KapacitorSettings.DEFAULT, state, true);
  }

  private AgentBench(KapacitorSettings settings, SavedState state, boolean snapStart) {
    this.settings = settings;
    this.state = state;
    worker =
        new KapacitorWorker(
            LoadedHost.of(time, new Watched(new KapacitorHost(lateTimers(), time, time))),
            new AgentSetup("average", settings, state, snapStart));
    around = worker.around(new Prepared());
    sandbox =
        Sandboxes.sandbox()
            .config(
                SandboxConfig.started(INIT_TIMEOUT)
                    .withoutRepeatedInit()
                    .withRestoreTimeout(INIT_TIMEOUT)
                    .withInitAfterFailedRestore()
                    .withShutdownGrace(settings.stopGrace().plus(settings.termGrace())))
            .processes(around)
            .connections(worker)
            .time(time)
            .available(invocation -> invocation.payload().release())
            .build();
    time.waitsWhile(() -> sessions.stream().anyMatch(Session::hasPendingSteps));
    worker.serve(sandbox::post);
  }

  private Timers lateTimers() {
    return (atNanos, task) -> time.schedule(atNanos + lag.toNanos(), task);
  }

  /** Lets the timers that are set from now on ring too late. */
  void timersLag(Duration by) {
    lag = by;
  }

  /** Remembers the sessions. */
  private final class Watched implements AgentHost {

    private final KapacitorHost host;

    Watched(KapacitorHost host) {
      this.host = host;
    }

    @Override
    public AgentSession open(SessionSetup setup) {
      Session session = (Session) host.open(setup);
      sessions.add(session);
      return session;
    }

    @Override
    public AgentStreams connect(Path socket) throws IOException {
      return host.connect(socket);
    }
  }

  /** Processes that speak over pipes. */
  private final class Prepared implements Processes {

    @Override
    public List<String> findExtensions() {
      return processes.findExtensions();
    }

    @Override
    public void start(ProcessName process, Listener listener) {
      try {
        worker.prepare(process.generation());
        logs.add(worker.output(process, new NoLog()));
        Pipe stdin = Pipe.open();
        Pipe stdout = Pipe.open();
        agents.add(
            new ScriptedAgent(
                Channels.newInputStream(stdin.source()), Channels.newOutputStream(stdout.sink())));
        worker.opened(
            process,
            Channels.newOutputStream(stdin.sink()),
            Channels.newInputStream(stdout.source()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      processes.start(process, listener);
    }

    @Override
    public void terminate(ProcessName process) {
      processes.terminate(process);
    }

    @Override
    public void kill(ProcessName process) {
      processes.kill(process);
    }

    /** The streams of a process end with it. */
    @Override
    public void stop(int generation, Listener listener) {
      if (processes.alive().contains(generation)) {
        agents.getLast().endOutput();
      }
      processes.stop(generation, listener);
    }

    @Override
    public void freeze(int generation) {
      processes.freeze(generation);
    }

    @Override
    public void thaw(int generation) {
      processes.thaw(generation);
    }

    @Override
    public long peakMemoryBytes(int generation) {
      return 0;
    }
  }

  // ------------------------------------------------------------------ agents

  /** Starts an agent, which has not said anything. */
  ScriptedAgent start() {
    int before = agents.size();
    sandbox.post(new SandboxEvent.InitRequested());
    eventually(() -> agents.size() > before);
    return agents.getLast();
  }

  /** Returns the agent that was started last. */
  ScriptedAgent agent() {
    return agents.getLast();
  }

  /** Returns the agent that was started last, null if none was. */
  @Nullable ScriptedAgent lastAgent() {
    return agents.isEmpty() ? null : agents.getLast();
  }

  /** Ends the process of the agent by itself, after its output, if it lives. */
  void exitIfAlive(ProcessExit exit) {
    if (!processes.alive().isEmpty()) {
      exit(exit);
    }
  }

  /** Waits for one more agent. */
  ScriptedAgent awaitAgent(int number) {
    eventually(() -> agents.size() >= number);
    return agents.get(number - 1);
  }

  /** Starts an agent, and waits until it has room. */
  ScriptedAgent ready(EdgeType wants, EdgeType provides) {
    ScriptedAgent started = start();
    var unused = started.start(wants, provides);
    awaitServing();
    return started;
  }

  ScriptedAgent ready() {
    return ready(EdgeType.STREAM, EdgeType.STREAM);
  }

  void awaitServing() {
    eventually(() -> sandbox.state().phase() instanceof Phase.Serving);
  }

  /** Waits until the agent waits for an invocation. */
  void awaitIdle() {
    eventually(() -> sandbox.state().phase() instanceof Phase.Serving p && p.isIdle());
  }

  /** Returns how many frames of agents have been handled. */
  long received() {
    return sessions.stream().mapToLong(Session::handledFrames).sum();
  }

  /** Waits until the session of the last agent has handled frames after its start. */
  void received(long frames) {
    eventually(() -> sessions.getLast().handledFrames() >= 2 + frames);
  }

  /** Waits until a part of a frame has been read. */
  void awaitIncompleteFrame() {
    eventually(() -> !sessions.getLast().incompleteFrame().isEmpty());
  }

  /** Lets the time pass that an agent must be quiet after its answers, and for its reply. */
  void settle(Invocation invocation) {
    eventually(() -> {
      time.advanceBy(settings.settle());
      return isOver(invocation);
    });
  }

  static boolean isOver(Invocation invocation) {
    return ((RecordingSink) invocation.sink()).outcome() != null;
  }

  /** Waits until the sandbox has ended its agent, however long that takes. */
  void awaitCold() {
    eventually(() -> {
      if (sandbox.state().phase() instanceof Phase.Cold) {
        return true;
      }
      time.advanceBy(Duration.ofMillis(100));
      return false;
    });
  }

  /** Lets the agent log a line. */
  void log(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    logs.getLast().output(bytes, 0, bytes.length);
  }

  /** Ends the process of the agent by itself, after its output. */
  void exit(ProcessExit exit) {
    agent().endOutput();
    processes.exit(exit);
  }

  /** Stops the process where it is. */
  void freeze() {
    around.freeze(processes.alive().getFirst());
  }

  /** Lets the process go on. */
  void thaw() {
    around.thaw(processes.alive().getFirst());
  }

  /** Ends the sandbox for good. */
  void shutDown() {
    sandbox.post(new SandboxEvent.ShutdownRequested());
  }

  // ------------------------------------------------------------------ invocations

  Invocation invoke(String event) {
    return invoke(event, Duration.ofMinutes(2));
  }

  Invocation invoke(String event, Duration timeout) {
    Invocation made = Invocations.invocation().payload(Payload.of(event)).timeout(timeout).build();
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

  /** Returns the response, without the time that it took. */
  static String resultOf(Invocation invocation) {
    if (outcomeOf(invocation) instanceof Outcome.Returned returned) {
      return text(returned.payload().toByteArray()).replaceAll("\"elapsedMs\":[^,]*,", "");
    }
    throw new AssertionError(describe(outcomeOf(invocation)));
  }

  static String errorOf(Invocation invocation) {
    if (outcomeOf(invocation) instanceof Outcome.Reported reported) {
      return text(reported.payload().toByteArray());
    }
    throw new AssertionError(describe(outcomeOf(invocation)));
  }

  private static String describe(Outcome outcome) {
    return outcome instanceof Outcome.Reported reported
        ? text(reported.payload().toByteArray())
        : outcome.toString();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static void eventually(Callable<Boolean> condition) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(condition);
  }

  // ------------------------------------------------------------------ parts

  Sandbox sandbox() {
    return sandbox;
  }

  FakeProcesses processes() {
    return processes;
  }

  VirtualTime time() {
    return time;
  }

  KapacitorSettings settings() {
    return settings;
  }

  SavedState state() {
    return state;
  }

  @Override
  public void close() {
    worker.close();
    agents.forEach(ScriptedAgent::close);
  }

  /** Drops what is logged. */
  private static final class NoLog implements OutputListener {

    @Override
    public void output(byte[] bytes, int offset, int length) {}

    @Override
    public void message(
        byte[] bytes,
        int offset,
        int length,
        long epochMicros,
        @Nullable ApplicationLogLevel level) {}

    @Override
    public void ended() {}
  }
}

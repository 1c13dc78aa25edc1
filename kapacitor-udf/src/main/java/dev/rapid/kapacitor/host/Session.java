package dev.rapid.kapacitor.host;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.mailbox.Mailbox;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.kapacitor.AgentInfo;
import dev.rapid.kapacitor.AgentSession;
import dev.rapid.kapacitor.AgentStreams;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.EndOfAgent;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.SessionSetup;
import dev.rapid.kapacitor.json.EventReader;
import dev.rapid.kapacitor.protocol.InfoResponse;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;
import dev.rapid.lambda.Limits;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The conversation with one process of an agent, or over one connection. {@link StartUp} brings it
 * to the point where {@link Invocations} take over; {@link Keepalives} see that the agent lives,
 * and {@link Ending} finds out why it does not any more.
 *
 * <p>All of it happens one step at a time, in a mailbox. The thread that brings a step carries it
 * out: a thread that reads from the agent, one of the sandbox, or one of the timers.
 */
final class Session implements AgentSession, AgentStream.Receiver {

  private static final Logger LOG = System.getLogger(Session.class.getName());

  private final SessionSetup setup;
  private final KapacitorSettings settings;
  private final Timers timers;
  private final NanoClock clock;
  private final WallClock wallClock;
  private final Mailbox<Runnable> mailbox = new Mailbox<>(Runnable::run, LOG);
  private final StartUp startUp;
  private final Keepalives keepalives;
  private final Barrier barrier;
  private final Ending ending;

  private @Nullable AgentStream stream;
  private @Nullable Data data;
  private @Nullable Invocations invocations;
  private @Nullable Snapshots snapshots;
  private volatile @Nullable Probed probed;
  private volatile boolean failed;
  private volatile boolean silent;
  private final LongAdder handled = new LongAdder();
  private boolean frozen;

  /** Whether the agent cannot be used any more. */
  private boolean over;

  /** Whether nothing reaches the sandbox any more. */
  private boolean closed;

  /** What a probe has found out. */
  private record Probed(InfoResponse response) implements AgentInfo {}

  Session(SessionSetup setup, Timers timers, NanoClock clock, WallClock wallClock) {
    this.setup = setup;
    this.settings = setup.agent().settings();
    this.timers = timers;
    this.clock = clock;
    this.wallClock = wallClock;
    this.startUp = new StartUp(this, setup, timers, clock);
    this.keepalives = new Keepalives(this, settings.timeout(), timers, clock, wallClock);
    this.barrier = new Barrier(this, timers, clock);
    this.ending = new Ending(this, setup, timers, clock);
  }

  /** Begins to wait for the agent. */
  void begin() {
    run(startUp::begin);
  }

  // ------------------------------------------------------------------ for the parts

  /** Runs a step, at once or after those that wait. */
  void run(Runnable step) {
    mailbox.post(step);
  }

  /** Returns whether a step that was handed in is not done yet. */
  boolean hasPendingSteps() {
    return mailbox.hasPendingEvents();
  }

  /** Returns how many frames of the agent have been handled. */
  long handledFrames() {
    return handled.sum();
  }

  int generation() {
    return setup.generation();
  }

  Keepalives keepalives() {
    return keepalives;
  }

  boolean isOver() {
    return over;
  }

  boolean isConnection() {
    return stream != null && stream.isConnection();
  }

  boolean isBatchOpen() {
    return data != null && data.isBatchOpen();
  }

  /** Returns whether the agent waits for an invocation. */
  boolean isIdle() {
    return !over && !frozen && startUp.isDone() && invocations != null && invocations.isFree();
  }

  void post(SandboxEvent event) {
    if (!closed) {
      setup.sandbox().accept(event);
    }
  }

  void write(Request frame) {
    write(List.of(frame));
  }

  void write(List<Request> frames) {
    if (stream != null) {
      stream.write(frames);
    }
  }

  /**
   * Writes a frame as soon as possible, also between frames of an event.
   *
   * @return whether it comes before frames that were handed in earlier
   */
  boolean writeSoon(Request frame) {
    return stream != null && stream.writeSoon(frame);
  }

  /** Ends the agent's input after what was written. */
  void endInput() {
    keepalives.end();
    if (stream != null) {
      stream.endInput();
    }
  }

  /** Returns what has come in place of a frame, for the end of a message; may be empty. */
  String incompleteFrame() {
    String begun = stream == null ? null : stream.incompleteFrame();
    return begun == null ? "" : "; of a frame only a part has come: " + begun;
  }

  /** The agent said something that does not count. */
  void dropped(String what) {
    LOG.log(Level.DEBUG, "Function {0}: {1} is dropped", setup.agent().function(), what);
  }

  // ------------------------------------------------------------------ the start

  /** Returns what an agent of the same kind has said of itself, null if none was asked. */
  @Nullable InfoResponse knownInfo() {
    return setup.info() instanceof Probed(InfoResponse response) ? response : null;
  }

  /** The agent has said what it is, and is not needed any more. */
  void probed(InfoResponse response) {
    probed = new Probed(response);
    ending.inputEnds();
    endInput();
  }

  /** Learns what the agent is. */
  void agentIs(InfoResponse response) {
    data =
        new Data(
            setup.agent().function(),
            edge(response.getProvides()),
            settings.strictEdgeTypes(),
            settings.lateData(),
            Limits.MAX_RESPONSE_BYTES);
    EventReader reader =
        new EventReader(edge(response.getWants()), settings.schema(), settings.maxFrameBytes());
    Integer rounds = settings.barrierRounds();
    invocations =
        new Invocations(
            this,
            settings,
            reader,
            data,
            rounds == null ? usualRounds(response) : rounds,
            barrier,
            timers,
            clock,
            wallClock);
  }

  /** Batches that are open are waited for anyway. */
  private static int usualRounds(InfoResponse response) {
    return edge(response.getProvides()) == EdgeType.BATCH ? 1 : 3;
  }

  private static EdgeType edge(dev.rapid.kapacitor.protocol.EdgeType type) {
    return type == dev.rapid.kapacitor.protocol.EdgeType.BATCH ? EdgeType.BATCH : EdgeType.STREAM;
  }

  /** The agent is ready: it has room for invocations. */
  void serve() {
    Duration interval = settings.snapshotInterval();
    if (interval != null) {
      snapshots =
          new Snapshots(this, interval, setup.agent().state(), startUp.stateKey(), timers, clock);
      snapshots.begin();
    }
    if (invocations != null) {
      invocations.offer();
    }
  }

  /** An invocation is over. */
  void idle() {
    if (data != null) {
      data.settleIdle();
    }
    if (snapshots != null) {
      snapshots.askIfIdle();
    }
  }

  // ------------------------------------------------------------------ frames

  @Override
  public void received(List<Response> frames) {
    run(() -> {
      keepalives.alive();
      for (Response frame : frames) {
        if (over || closed || ending.hasError()) {
          return;
        }
        handle(frame);
        handled.increment();
      }
    });
  }

  private void handle(Response frame) {
    switch (frame.getMessageCase()) {
      case BEGIN, POINT, END -> handleData(frame);
      case KEEPALIVE -> keepalives.answered(frame.getKeepalive().getTime());
      case INFO -> expect(startUp.informed(frame.getInfo()), "Info");
      case INIT -> expect(startUp.initialised(frame.getInit()), "Init");
      case SNAPSHOT ->
          expect(
              startUp.snapshotTaken(frame.getSnapshot().getSnapshot())
                  || (snapshots != null && snapshots.taken(frame.getSnapshot().getSnapshot())),
              "Snapshot");
      case RESTORE -> expect(startUp.restored(frame.getRestore()), "Restore");
      case ERROR -> ending.reported(frame.getError().getError());
      case MESSAGE_NOT_SET ->
          failed(
              UdfError.Type.PROTOCOL_ERROR,
              "The agent has sent an empty message, or one of a kind that is not known");
    }
  }

  /** An answer counts only if it was asked for: it must not answer a later question. */
  private void expect(boolean wasAsked, String kind) {
    if (!wasAsked) {
      LOG.log(
          Level.WARNING,
          "The agent of {0} sent an answer of kind {1} without a question, which is dropped",
          setup.agent().function(),
          kind);
    }
  }

  private void handleData(Response frame) {
    if (data == null || invocations == null) {
      failed(UdfError.Type.PROTOCOL_ERROR, "The agent has sent data before it was initialised");
      return;
    }
    String wrong = data.take(frame);
    if (wrong == null) {
      invocations.dataCame();
    } else {
      failed(UdfError.Type.PROTOCOL_ERROR, wrong);
    }
  }

  // ------------------------------------------------------------------ failures

  /** The agent cannot be used any more. */
  void failed(UdfError.Type type, String message) {
    ending.conclude();
    failed(new UdfError(type, message, setup.lastErrors().get()));
  }

  /** The agent cannot be used any more, and its end is known as far as it will be. */
  void failed(UdfError error) {
    if (over) {
      return;
    }
    failed = true;
    silent = error.type() == UdfError.Type.KEEPALIVE_TIMEOUT;
    stop();
    abortInput();
    if (!startUp.isDone()) {
      startUp.fail(startUpError(error));
    } else if (invocations != null) {
      invocations.fail(error);
    }
    LOG.log(Level.WARNING, "Function {0}: {1}", setup.agent().function(), error.line());
    whenFree(() -> {
      if (!ending.report()) {
        broken(error.line());
      }
    });
  }

  /** What goes wrong in the start has the type of its stage. */
  private UdfError startUpError(UdfError error) {
    UdfError.Type type = error.type();
    boolean ofStage = type == startUp.failureType() || type == UdfError.Type.INVALID_OPTIONS;
    if (ofStage || type == UdfError.Type.AGENT_ERROR) {
      return new UdfError(ofStage ? type : startUp.failureType(), error.message(), error.log());
    }
    return new UdfError(
        startUp.failureType(),
        "The agent had " + startUp.task() + ": " + error.message(),
        error.log());
  }

  /** Runs a step when no reply is on its way. */
  void whenFree(Runnable step) {
    if (invocations == null) {
      step.run();
    } else {
      invocations.whenFree(step);
    }
  }

  private void stop() {
    over = true;
    startUp.end();
    keepalives.end();
    barrier.end();
    if (snapshots != null) {
      snapshots.end();
    }
    if (invocations != null) {
      invocations.end();
    }
  }

  // ------------------------------------------------------------------ the end of the agent

  @Override
  public void opened(AgentStreams streams, Runnable disconnected) {
    run(() -> {
      AgentStream opened = new AgentStream(streams, settings.maxFrameBytes(), this);
      stream = opened;
      ending.opened(streams.isConnection() ? disconnected : null);
      opened.begin(setup.agent().function() + "-" + generation());
      if (over) {
        opened.abort();
      } else {
        keepalives.begin();
        startUp.opened();
      }
    });
  }

  @Override
  public void startFailed(String reason, Runnable reported) {
    run(() -> {
      if (!over) {
        stop();
        failed = true;
        startUp.fail(new UdfError(UdfError.Type.START_FAILED, reason));
      }
      reported.run();
    });
  }

  @Override
  public void outputEnded(@Nullable IOException failure) {
    run(() -> ending.outputEnded(failure));
  }

  @Override
  public void inputBroken(IOException failure) {
    run(() -> ending.inputBroken());
  }

  @Override
  public void exited(ProcessExit exit, Runnable reported) {
    run(() -> ending.exited(exit, reported));
  }

  /**
   * The agent has ended without an error: that may be what an invocation waits for.
   *
   * @return whether it is
   */
  boolean endedInOrder() {
    keepalives.end();
    // An agent that ends before it has the whole event has not worked through it.
    boolean hasAll = stream != null && stream.hasInputEnded();
    if (hasAll && invocations != null && invocations.awaitsEnd()) {
      invocations.outputEnded();
      return true;
    }
    if (data != null) {
      data.end();
    }
    return false;
  }

  /** The end of the agent is for the sandbox; without an end, the agent is of no use any more. */
  void reportEnd() {
    whenFree(() -> {
      if (!ending.report()) {
        broken("The agent has closed its output, but did not end");
      }
    });
  }

  private void broken(String message) {
    post(new SandboxEvent.WorkerBroken(generation(), ErrorType.RUNTIME_UNKNOWN, message, true));
  }

  // ------------------------------------------------------------------ what the adapter wants

  @Override
  public void end() {
    run(this::finish);
  }

  private void finish() {
    ending.inputEnds();
    boolean unused = abandon();
    if (over) {
      abortInput();
    } else if (isConnection() && startUp.isDone() && invocations != null) {
      // An agent on a socket may drop what it has not sent at the end of its input.
      keepalives.end();
      write(barrier.begin(invocations.rounds(), settings.settle(), this::endInput));
    } else {
      endInput();
    }
  }

  @Override
  public EndOfAgent abort() {
    run(() -> {
      if (isIdle()) {
        finish();
        return;
      }
      ending.inputEnds();
      stop();
      abortInput();
      if (abandon()) {
        // Its time was over, or the caller did not want it any more.
        failed = true;
      }
    });
    return silent
        ? new EndOfAgent(settings.timeout().multipliedBy(2), Duration.ZERO)
        : new EndOfAgent(settings.stopGrace(), settings.termGrace());
  }

  private boolean abandon() {
    return invocations != null && invocations.abandon();
  }

  private void abortInput() {
    if (stream != null) {
      stream.abort();
    }
  }

  @Override
  public void frozen() {
    run(() -> {
      frozen = true;
      keepalives.pause();
    });
  }

  @Override
  public void thawed() {
    run(() -> {
      frozen = false;
      keepalives.resume();
    });
  }

  @Override
  public boolean hasFailed() {
    return failed;
  }

  @Override
  public @Nullable AgentInfo probedInfo() {
    return probed;
  }

  @Override
  public void close(Runnable whenClosed) {
    run(() -> {
      stop();
      ending.conclude();
      boolean unused = abandon();
      closed = true;
      if (stream != null) {
        stream.close();
      }
      whenClosed.run();
    });
  }
}

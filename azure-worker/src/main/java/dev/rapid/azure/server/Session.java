package dev.rapid.azure.server;

import dev.rapid.azure.SessionSetup;
import dev.rapid.azure.WorkerSession;
import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.WorkerTerminate;
import dev.rapid.azure.server.forward.HttpForwarder;
import dev.rapid.azure.server.forward.InvalidHttpUriException;
import dev.rapid.azure.server.forward.WorkerServer;
import dev.rapid.azure.trigger.TriggerMapping;
import dev.rapid.azure.trigger.WorkerFeatures;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.mailbox.Mailbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The conversation with one process of a worker, from its expected connection to its end. {@link
 * StartUp} brings it to the point where {@link Calls} take over; {@link WorkerMessages} has its
 * log, {@link HealthCheck} sees that it still answers.
 *
 * <p>All of it happens one step at a time, in a mailbox. The thread that brings a step carries it
 * out: a thread of the connections, of the sandbox, or of the timers.
 */
final class Session implements WorkerSession {

  private static final Logger LOG = System.getLogger(Session.class.getName());

  private static final String TERMINATE = "HandlesWorkerTerminateMessage";

  private final SessionSetup setup;
  private final Timers timers;
  private final NanoClock clock;
  private final LongAdder dropped;
  private final Supplier<HttpForwarder> forwarder;
  private final Runnable forget;
  private final Mailbox<Runnable> mailbox = new Mailbox<>(Runnable::run, LOG);
  private final AtomicReference<@Nullable WorkerStream> stream = new AtomicReference<>();
  private final StartUp startUp;
  private final WorkerMessages messages;
  private final HealthCheck health;

  private volatile WorkerFeatures features = WorkerFeatures.NONE;
  private @Nullable WorkerServer server;
  private @Nullable Calls calls;

  /** Whether the worker cannot be used any more. What it said before still counts. */
  private boolean over;

  /** Whether nothing reaches the sandbox any more. */
  private boolean closed;

  /**
   * @param dropped counts the messages that do not count
   * @param forwarder opens connections to the HTTP servers of workers
   * @param forget to be run when no stream can belong to it any more
   */
  Session(
      SessionSetup setup,
      Timers timers,
      NanoClock clock,
      LongAdder dropped,
      Supplier<HttpForwarder> forwarder,
      Runnable forget) {
    this.setup = setup;
    this.timers = timers;
    this.clock = clock;
    this.dropped = dropped;
    this.forwarder = forwarder;
    this.forget = forget;
    this.messages = new WorkerMessages(setup.log());
    this.startUp = new StartUp(this, setup, messages, timers, clock);
    this.health = new HealthCheck(this, timers, clock);
  }

  /** Begins to wait for the worker. */
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

  /** Runs a step after a time. */
  void after(Duration delay, Runnable step) {
    timers.schedule(clock.nanoTime() + delay.toNanos(), () -> run(step));
  }

  int generation() {
    return setup.generation();
  }

  WorkerFeatures features() {
    return features;
  }

  /**
   * Sets what the worker can do.
   *
   * @throws InvalidHttpUriException if it announces an HTTP server that cannot be connected to
   */
  void features(WorkerFeatures announced) throws InvalidHttpUriException {
    features = announced;
    server = WorkerServer.of(announced);
  }

  /** Returns the HTTP server of the worker, null if it has none. */
  @Nullable WorkerServer server() {
    return server;
  }

  /** Returns what opens connections to it. */
  HttpForwarder forwarder() {
    return forwarder.get();
  }

  /** Returns whether the worker cannot be used any more. */
  boolean isOver() {
    return over;
  }

  void post(SandboxEvent event) {
    if (!closed) {
      setup.sandbox().accept(event);
    }
  }

  void send(StreamingMessage message) {
    WorkerStream open = stream.get();
    if (open != null) {
      open.send(message);
    }
  }

  /**
   * Writes a message when its turn comes.
   *
   * @param written runs once, when it is written or dropped
   */
  WorkerStream.@Nullable Outgoing send(StreamingMessage message, Runnable written) {
    WorkerStream open = stream.get();
    if (open == null) {
      written.run();
      return null;
    }
    return open.send(message, written);
  }

  /** Takes a message back, and returns whether nothing of it was written. */
  boolean withdraw(WorkerStream.Outgoing message) {
    WorkerStream open = stream.get();
    return open != null && open.withdraw(message);
  }

  /** The worker said something that does not count. */
  void dropped(String what) {
    dropped.increment();
    LOG.log(Level.DEBUG, "The worker sent {0}, which is dropped", what);
  }

  /** The function is loaded: the worker has room for invocations. */
  void serve(AppFunction function) {
    Calls serving = new Calls(this, new TriggerMapping(function, setup.settings().app()));
    calls = serving;
    health.begin();
    for (int i = 0; i < setup.settings().capacity(); i++) {
      serving.offer();
    }
  }

  /** The worker cannot be used any more. */
  void broken(ErrorType error, String message, boolean exitMayFollow) {
    if (!over) {
      end();
      if (calls != null) {
        calls.workerLost();
      }
      post(new SandboxEvent.WorkerBroken(generation(), error, message, exitMayFollow));
    }
  }

  private void end() {
    over = true;
    startUp.end();
    health.end();
  }

  // ------------------------------------------------------------------ the stream

  /**
   * Gives the session its stream. Called on any thread.
   *
   * @return false if it has one, or is over
   */
  boolean attach(WorkerStream opened) {
    if (!stream.compareAndSet(null, opened)) {
      return false;
    }
    run(() -> {
      if (over) {
        opened.end();
      } else {
        startUp.connected();
      }
    });
    return true;
  }

  /**
   * Takes a message. Called on any thread.
   *
   * @param handled runs when the next one may come
   */
  void received(StreamingMessage message, Runnable handled) {
    run(() -> {
      try {
        handle(message);
      } finally {
        handled.run();
      }
    });
  }

  /** What the worker sent is no message. Called on any thread. */
  void malformed() {
    run(() -> broken(ErrorType.RUNTIME_UNKNOWN, "What the worker sent is no message", false));
  }

  /** The worker's side of the stream has ended. Called on any thread. */
  void streamEnded() {
    run(() -> {
      if (!over && calls != null) {
        calls.streamEnded();
      }
      broken(
          ErrorType.RUNTIME_EXIT_ERROR, "The stream of the worker ended before the worker", true);
      // A worker that ends in order may wait for the end of the host's side.
      WorkerStream ended = stream.get();
      if (ended != null) {
        ended.end();
      }
    });
  }

  private void handle(StreamingMessage message) {
    if (closed) {
      return;
    }
    switch (message.getContentCase()) {
      case RPC_LOG -> messages.take(message.getRpcLog(), calls);
      case INVOCATION_RESPONSE -> answered(message.getInvocationResponse());
      case WORKER_STATUS_RESPONSE -> health.answered(message.getRequestId());
      case WORKER_INIT_RESPONSE -> startUp.initialized(message.getWorkerInitResponse());
      case WORKER_WARMUP_RESPONSE -> startUp.warmedUp(message.getWorkerWarmupResponse());
      case FUNCTION_ENVIRONMENT_RELOAD_RESPONSE ->
          startUp.reloaded(message.getFunctionEnvironmentReloadResponse());
      case FUNCTION_METADATA_RESPONSE -> startUp.described(message.getFunctionMetadataResponse());
      case FUNCTION_LOAD_RESPONSE -> startUp.loaded(message.getFunctionLoadResponse());
      case FUNCTION_LOAD_RESPONSE_COLLECTION ->
          message
              .getFunctionLoadResponseCollection()
              .getFunctionLoadResponsesList()
              .forEach(startUp::loaded);
      default -> dropped("a message of type " + message.getContentCase());
    }
  }

  private void answered(InvocationResponse response) {
    messages.takeAll(response.getResult().getLogsList(), calls);
    if (calls == null || !calls.answered(response)) {
      dropped("an answer to the invocation '" + response.getInvocationId() + "'");
    }
  }

  // ------------------------------------------------------------------ what the adapter wants

  @Override
  public boolean terminate(Duration grace) {
    boolean understands = stream.get() != null && features.has(TERMINATE);
    run(() -> {
      end();
      if (calls != null) {
        calls.cancelAll();
      }
      if (understands) {
        send(
            StreamingMessage.newBuilder()
                .setWorkerTerminate(
                    WorkerTerminate.newBuilder().setGracePeriod(Durations.of(grace)))
                .build());
      }
    });
    return understands;
  }

  @Override
  public void endStream() {
    run(() -> {
      end();
      WorkerStream open = stream.get();
      if (open != null) {
        open.end();
      }
    });
  }

  @Override
  public void frozen() {
    run(health::pause);
  }

  @Override
  public void thawed() {
    run(health::resume);
  }

  @Override
  public boolean isRestoring() {
    return startUp.isRestoring();
  }

  @Override
  public void close(Runnable whenClosed) {
    run(() -> {
      end();
      if (calls != null) {
        calls.closeForwarded();
      }
      closed = true;
      forget.run();
      WorkerStream open = stream.get();
      if (open != null) {
        open.end();
      }
      whenClosed.run();
    });
  }
}

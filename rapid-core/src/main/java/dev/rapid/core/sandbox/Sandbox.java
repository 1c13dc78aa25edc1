package dev.rapid.core.sandbox;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.time.Alarm;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One execution environment: feeds events to the {@link SandboxMachine} in order and carries out
 * its effects.
 *
 * <p>It has no thread. Whoever posts an event while nobody else is at work does the work, for all
 * events that arrive meanwhile. No lock is held while effects run, so an effect may post events.
 */
public final class Sandbox {

  private static final Logger LOG = System.getLogger(Sandbox.class.getName());

  /** A year: far enough for "no deadline", and a date that every client can read. */
  private static final long NO_TIMEOUT_MILLIS = TimeUnit.DAYS.toMillis(365);

  private final SandboxMachine machine;
  private final SandboxPorts ports;
  private final Alarm deadline;
  private final Alarm grace;
  private final Processes.Listener processListener = new ProcessEvents();
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  /**
   * The events that wait, and how many of them are not done yet, the one in work included. An event
   * is in the queue before it is counted, so that the worker finds as many events as it counts.
   */
  private final Queue<SandboxEvent> events = new ConcurrentLinkedQueue<>();

  private final AtomicInteger pending = new AtomicInteger();

  private volatile SandboxState state = SandboxState.INITIAL;

  /** Creates a cold sandbox. */
  public Sandbox(SandboxConfig config, SandboxPorts ports) {
    this(new SandboxMachine(config), ports);
  }

  Sandbox(SandboxMachine machine, SandboxPorts ports) {
    this.machine = machine;
    this.ports = ports;
    this.deadline = alarm(SandboxTimer.DEADLINE);
    this.grace = alarm(SandboxTimer.GRACE);
  }

  /** Returns a moment's state; it may be old by the time it is looked at. */
  public SandboxState state() {
    return state;
  }

  /** Returns a future that completes when the sandbox has ended for good and no process is left. */
  public CompletableFuture<Void> terminated() {
    return terminated;
  }

  /** Hands an event to the sandbox, which may be done with it before this method returns. */
  public void post(SandboxEvent event) {
    events.add(event);
    if (pending.getAndIncrement() != 0) {
      return;
    }
    Error failure = null;
    do {
      SandboxEvent next = events.poll();
      try {
        if (next != null) {
          handle(next);
        }
      } catch (Error e) {
        // Thrown at once it would stop the queue for good.
        LOG.log(Level.ERROR, "Could not handle " + next, e);
        failure = failure == null ? e : failure;
      }
    } while (pending.decrementAndGet() != 0);
    if (failure != null) {
      throw failure;
    }
  }

  private void handle(SandboxEvent event) {
    SandboxState before = state;
    Transition transition = machine.apply(before, event, ports.clock().nanoTime());
    state = transition.next();
    if (LOG.isLoggable(Level.TRACE)) {
      LOG.log(Level.TRACE, "{0} -> {1} {2}", event, state.phase(), transition.effects());
    }
    for (Effect effect : transition.effects()) {
      try {
        carryOut(effect);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "Could not carry out " + effect, e);
      }
    }
    if (before.phase().getClass() != state.phase().getClass()) {
      announce(state.phase());
    }
  }

  private void announce(Phase phase) {
    try {
      ports.phases().entered(phase);
    } catch (RuntimeException e) {
      // Thrown further it would stop the queue for good.
      LOG.log(Level.ERROR, "A listener failed to take " + phase, e);
    }
  }

  private void carryOut(Effect effect) {
    switch (effect) {
      case Effect.StartRuntime(int generation) ->
          ports.processes().startRuntime(generation, processListener);
      case Effect.StopProcesses(int generation) ->
          ports.processes().stop(generation, processListener);
      case Effect.DisconnectRuntime() -> ports.connections().closeAll();
      case Effect.Deliver(var call, var invocation, long deadlineNanos) ->
          call.deliver(invocation, epochMillisOf(deadlineNanos));
      case Effect.ReceiveBody(var call) -> call.receiveBody();
      case Effect.AcceptReply(var call) -> call.accept();
      case Effect.AcceptInitError(var call) -> call.accept();
      case Effect.Refuse(var call, var refusal) -> call.refuse(refusal);
      case Effect.Complete(var invocation, var outcome) -> invocation.sink().complete(outcome);
      case Effect.Discard(var reply) -> discard(reply);
      case Effect.ArmTimer(var timer, long atNanos) -> alarmOf(timer).set(atNanos);
      case Effect.CancelTimer(var timer) -> alarmOf(timer).clear();
      case Effect.Emit(var event) -> ports.events().emit(event);
      case Effect.BecomeAvailable(var ended) -> ports.available().accept(ended);
      case Effect.AnnounceTermination() -> terminated.complete(null);
    }
  }

  private static void discard(Reply reply) {
    switch (reply) {
      case Reply.Response(var payload, var contentType) -> payload.release();
      case Reply.ReportedError(var errorType, var payload, var contentType) -> payload.release();
      case Reply.TooLarge() -> {}
      case Reply.NoMemory() -> {}
      case Reply.Truncated() -> {}
      case Reply.InvalidMode() -> {}
    }
  }

  private long epochMillisOf(long deadlineNanos) {
    long now = ports.wallClock().epochMillis();
    return deadlineNanos == SandboxState.NO_DEADLINE
        ? now + NO_TIMEOUT_MILLIS
        : now + TimeUnit.NANOSECONDS.toMillis(deadlineNanos - ports.clock().nanoTime());
  }

  private Alarm alarm(SandboxTimer timer) {
    return new Alarm(ports.timers(), ports.clock(), () -> post(new SandboxEvent.TimerFired(timer)));
  }

  private Alarm alarmOf(SandboxTimer timer) {
    return switch (timer) {
      case DEADLINE -> deadline;
      case GRACE -> grace;
    };
  }

  /** Turns news of processes into events. */
  private final class ProcessEvents implements Processes.Listener {

    @Override
    public void started(int generation) {
      LOG.log(Level.DEBUG, "runtime {0} started", generation);
    }

    @Override
    public void startFailed(int generation, StartFailure failure) {
      post(new SandboxEvent.RuntimeStartFailed(generation, failure));
    }

    @Override
    public void exited(int generation, ProcessExit exit) {
      post(new SandboxEvent.RuntimeExited(generation, exit));
    }

    @Override
    public void gone(int generation) {
      post(new SandboxEvent.ProcessesGone(generation));
    }
  }
}

package dev.rapid.core.sandbox;

import dev.rapid.core.invocation.Dispatch;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.mailbox.Mailbox;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.worker.Reply;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One execution environment: feeds events to the {@link SandboxMachine} in order and carries out
 * its effects.
 *
 * <p>It has no thread: see {@link Mailbox}. No lock is held while effects run, so an effect may
 * post events.
 */
public final class Sandbox {

  private static final Logger LOG = System.getLogger(Sandbox.class.getName());

  /** A year: far enough for "no deadline", and a date that every client can read. */
  private static final long NO_TIMEOUT_MILLIS = TimeUnit.DAYS.toMillis(365);

  private final SandboxMachine machine;
  private final SandboxPorts ports;
  private final Alarm deadline;
  private final Alarm grace;
  private final Alarm freeze;
  private final Processes.Listener processListener = new ProcessEvents();
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  private final Mailbox<SandboxEvent> events = new Mailbox<>(this::handle, LOG);

  /** The last deadline that was turned into a time of day; only the working thread uses it. */
  private Deadline toldDeadline = Deadline.NEVER;

  private long toldDeadlineMillis;

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
    this.freeze = alarm(SandboxTimer.FREEZE);
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
    events.post(event);
  }

  /** Returns whether a posted event is not done yet, because another thread works on it. */
  public boolean hasPendingEvents() {
    return events.hasPendingEvents();
  }

  private void handle(SandboxEvent event) {
    SandboxState before = state;
    Transition transition = decide(before, event);
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
    if (!before.phase().activity().equals(state.phase().activity())) {
      announce(state.phase());
    }
  }

  private Transition decide(SandboxState before, SandboxEvent event) {
    long now = ports.clock().nanoTime();
    try {
      return machine.apply(before, event, now);
    } catch (RuntimeException e) {
      LOG.log(
          Level.ERROR,
          "Could not decide about " + event + " in " + before.phase() + "; resets the sandbox",
          e);
      return machine.recover(before, event, now);
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
      case Effect.FindExtensions(int generation) ->
          post(new SandboxEvent.ExtensionsFound(generation, installedExtensions()));
      case Effect.StartExtension(int generation, String name) ->
          ports.processes().start(ProcessName.extension(generation, name), processListener);
      case Effect.StartRuntime(int generation) ->
          ports.processes().start(ProcessName.runtime(generation), processListener);
      case Effect.TerminateRuntime(int generation) ->
          ports.processes().terminate(ProcessName.runtime(generation));
      case Effect.KillRuntime(int generation) ->
          ports.processes().kill(ProcessName.runtime(generation));
      case Effect.KillExtension(int generation, String name) ->
          ports.processes().kill(ProcessName.extension(generation, name));
      case Effect.Freeze(int generation) -> ports.processes().freeze(generation);
      case Effect.Thaw(int generation) -> ports.processes().thaw(generation);
      case Effect.StopProcesses(int generation) ->
          ports.processes().stop(generation, processListener);
      case Effect.Disconnect(int generation) ->
          ports.connections().closeAll(() -> post(new SandboxEvent.Disconnected(generation)));
      case Effect.Deliver(var call, var invocation, var until) -> {
        tellDispatched(invocation);
        call.deliver(invocation, epochMillisOf(until));
      }
      case Effect.CancelDelivery(var slot, var invocation) -> slot.cancel(invocation);
      case Effect.ReceiveBody(var call) -> call.receiveBody();
      case Effect.StreamBody(var call, var sink, long maxBytes) -> call.streamBody(sink, maxBytes);
      case Effect.AbortReply(var call) -> call.abort();
      case Effect.AcceptReply(var call) -> call.accept();
      case Effect.AcceptInitFailure(var call) -> call.accept();
      case Effect.Restored(var call) -> call.restored();
      case Effect.AcceptRestoreFailure(var call) -> call.accept();
      case Effect.Refuse(var call, var refusal) -> call.refuse(refusal);
      case Effect.AcceptRegistration(var call) -> call.accept();
      case Effect.DeliverInvoke(var call, var invocation, var until) ->
          call.deliverInvoke(invocation, epochMillisOf(until));
      case Effect.DeliverShutdown(var call, var reason, var until) ->
          call.deliverShutdown(reason.wireName(), epochMillisOf(until));
      case Effect.AcceptExtensionError(var call) -> call.accept();
      case Effect.RefuseExtension(var call, var refusal) -> call.refuse(refusal);
      case Effect.Complete(var invocation, var outcome) -> invocation.sink().complete(outcome);
      case Effect.Share(var reply) -> reply.payload().acquire();
      case Effect.Discard(var reply) -> discard(reply);
      case Effect.BecomeAvailable(var ended) -> ports.available().accept(ended);
      case Effect.AnswerReset(var call, var result) -> call.done(result);
      case Effect.AnswerRestore(var call, var result) -> call.done(result);
      case Effect.AnnounceTermination() -> {
        deadline.release();
        grace.release();
        freeze.release();
        terminated.complete(null);
      }
      case Effect.ArmTimer(var timer, long atNanos) -> alarmOf(timer).set(atNanos);
      case Effect.CancelTimer(var timer) -> alarmOf(timer).clear();
      case Effect.Emit(var event) -> ports.events().emit(event);
      case Effect.OpenSubscriptions(int generation) -> ports.subscriptions().open(generation);
      case Effect.CloseSubscriptions(int generation) -> ports.subscriptions().close(generation);
      case Effect.AdmitSubscriber(var call, int generation, String name, boolean open) ->
          call.admit(generation, name, open);
      case Effect.FlushSubscribers(int generation) ->
          ports
              .subscriptions()
              .flush(generation, () -> post(new SandboxEvent.SubscribersFlushed(generation)));
      case Effect.SettleTelemetry(int generation) ->
          ports
              .subscriptions()
              .settle(generation, () -> post(new SandboxEvent.TelemetrySettled(generation)));
      case Effect.EndSubscriptions(int generation) -> ports.subscriptions().end(generation);
    }
  }

  /** The invocation is delivered also if its caller fails to take the news. */
  private void tellDispatched(Invocation invocation) {
    try {
      invocation.sink().dispatched(new Dispatch(state.unreported().initNanos()));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A caller failed to take the dispatch of " + invocation, e);
    }
  }

  /** An init must not wait for an answer that never comes. */
  private List<String> installedExtensions() {
    try {
      return ports.processes().findExtensions();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Could not find extensions", e);
      return List.of();
    }
  }

  private static void discard(Reply reply) {
    switch (reply) {
      case Reply.Response(var payload, var contentType) -> payload.release();
      case Reply.Streamed e -> {}
      case Reply.ReportedError error -> error.payload().release();
      case Reply.TooLarge e -> {}
      case Reply.TimedOut() -> {}
      case Reply.NoMemory() -> {}
      case Reply.Truncated e -> {}
      case Reply.Malformed e -> {}
    }
  }

  /** The same deadline is the same time of day for the runtime and all extensions. */
  private long epochMillisOf(Deadline deadline) {
    if (deadline.isNever()) {
      return ports.wallClock().epochMillis() + NO_TIMEOUT_MILLIS;
    }
    if (!deadline.equals(toldDeadline)) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline.nanos() - ports.clock().nanoTime());
      toldDeadline = deadline;
      toldDeadlineMillis = ports.wallClock().epochMillis() + left;
    }
    return toldDeadlineMillis;
  }

  private Alarm alarm(SandboxTimer timer) {
    return new Alarm(ports.timers(), ports.clock(), () -> post(new SandboxEvent.TimerFired(timer)));
  }

  private Alarm alarmOf(SandboxTimer timer) {
    return switch (timer) {
      case DEADLINE -> deadline;
      case GRACE -> grace;
      case FREEZE -> freeze;
    };
  }

  /** Turns news of processes into events. */
  private final class ProcessEvents implements Processes.Listener {

    @Override
    public void started(ProcessName process) {
      LOG.log(Level.DEBUG, "{0} started", process);
    }

    @Override
    public void startFailed(ProcessName process, StartFailure failure) {
      String extension = process.extension();
      post(
          extension == null
              ? new SandboxEvent.RuntimeStartFailed(process.generation(), failure)
              : new SandboxEvent.ExtensionStartFailed(process.generation(), extension, failure));
    }

    @Override
    public void exited(ProcessName process, ProcessExit exit) {
      String extension = process.extension();
      post(
          extension == null
              ? new SandboxEvent.RuntimeExited(process.generation(), exit)
              : new SandboxEvent.ExtensionExited(process.generation(), extension, exit));
    }

    @Override
    public void gone(int generation) {
      post(new SandboxEvent.ProcessesGone(generation));
    }
  }
}

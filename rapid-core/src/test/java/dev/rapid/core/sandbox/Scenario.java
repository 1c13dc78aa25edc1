package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionErrorCall;
import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.RegisterCall;
import dev.rapid.core.extension.Registration;
import dev.rapid.core.extension.SubscribeCall;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.testing.FakeExtensionCall;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.worker.InitFailureCall;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.RestoreFailureCall;
import dev.rapid.core.worker.RestoreSlot;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Drives the machine alone, one event after the other. Each word is an event; {@link #effects} are
 * those of the last one.
 */
final class Scenario {

  static final Duration FUNCTION_TIMEOUT = Duration.ofSeconds(3);
  static final Duration INIT_TIMEOUT = Duration.ofSeconds(10);

  private static final long START_NANOS = -1_000_000_000L;

  private final SandboxConfig config;
  private final SandboxMachine machine;
  private SandboxState state = SandboxState.INITIAL;
  private long nowNanos = START_NANOS;
  private long graceNanos = START_NANOS;
  private List<Effect> effects = List.of();
  private boolean slowSubscribers;

  private Scenario(SandboxConfig config) {
    this.config = config;
    this.machine = new SandboxMachine(config);
  }

  /** A cold sandbox that starts the runtime itself. */
  static Scenario started() {
    return with(SandboxConfig.started(INIT_TIMEOUT));
  }

  /** A cold sandbox whose runtime the user starts. */
  static Scenario attached() {
    return with(SandboxConfig.ofUsersRuntime());
  }

  static Scenario with(SandboxConfig config) {
    return new Scenario(config);
  }

  SandboxConfig config() {
    return config;
  }

  SandboxState state() {
    return state;
  }

  Phase phase() {
    return state.phase();
  }

  WorkerState worker() {
    return state.worker();
  }

  List<Effect> effects() {
    return effects;
  }

  List<LifecycleEvent> emitted() {
    return effects.stream()
        .filter(Effect.Emit.class::isInstance)
        .map(effect -> ((Effect.Emit) effect).event())
        .toList();
  }

  /** The moment that is {@code sinceStart} after the beginning, as the machine counts. */
  static long nanosAt(Duration sinceStart) {
    return START_NANOS + sinceStart.toNanos();
  }

  /** The deadline that is {@code sinceStart} after the beginning. */
  static Deadline deadlineAt(Duration sinceStart) {
    return new Deadline(nanosAt(sinceStart));
  }

  /** Lets time pass. */
  Scenario at(Duration sinceStart) {
    nowNanos = nanosAt(sinceStart);
    return this;
  }

  private List<Effect> transitionOf(SandboxEvent event) {
    MatrixVisits.visit(state, config, event);
    Transition transition = machine.apply(state, event, nowNanos);
    state = transition.next();
    return transition.effects();
  }

  Scenario apply(SandboxEvent event) {
    effects = transitionOf(event);
    if (!slowSubscribers && effects.contains(new Effect.FlushSubscribers(state.generation()))) {
      List<Effect> all = new ArrayList<>(effects);
      all.addAll(transitionOf(new SandboxEvent.SubscribersFlushed(state.generation())));
      effects = all;
    }
    for (Effect effect : effects) {
      if (effect instanceof Effect.ArmTimer(SandboxTimer timer, long at)
          && timer == SandboxTimer.GRACE) {
        graceNanos = at;
      }
    }
    return this;
  }

  /** From now on {@link #flushed} says when subscribers have their telemetry; else at once. */
  Scenario withSlowSubscribers() {
    slowSubscribers = true;
    return this;
  }

  Scenario initRequested() {
    return apply(new SandboxEvent.InitRequested());
  }

  Scenario invoked(Invocation invocation) {
    return apply(new SandboxEvent.InvokeRequested(invocation));
  }

  Scenario callerGone(Invocation invocation) {
    return apply(new SandboxEvent.CallerGone(invocation));
  }

  Scenario cancelled(Invocation invocation) {
    return apply(new SandboxEvent.InvocationCancelled(invocation));
  }

  Scenario described(String runtime) {
    return apply(new SandboxEvent.WorkerDescribed(state.generation(), runtime));
  }

  /** The worker has broken its protocol. */
  Scenario broken(String message) {
    return broken(message, false);
  }

  /** The stream of the worker's protocol has ended. */
  Scenario brokeOff(String message) {
    return broken(message, true);
  }

  private Scenario broken(String message, boolean exitMayFollow) {
    return apply(
        new SandboxEvent.WorkerBroken(
            state.generation(), ErrorType.RUNTIME_UNKNOWN, message, exitMayFollow));
  }

  Scenario polled(WorkerSlot call) {
    return apply(new SandboxEvent.WorkerReady(call));
  }

  Scenario abandoned(WorkerSlot call) {
    return apply(new SandboxEvent.SlotWithdrawn(call));
  }

  Scenario deliveryFailed(WorkerSlot call) {
    return apply(new SandboxEvent.DeliveryFailed(call));
  }

  Scenario deliveryConnectionClosed(WorkerSlot call) {
    return apply(new SandboxEvent.DeliveryLost(call));
  }

  Scenario workerEnded(WorkerSlot call) {
    return apply(new SandboxEvent.WorkerEnded(call));
  }

  Scenario responseBegan(WorkerReply call, String requestId, String deliveryId) {
    return apply(new SandboxEvent.ReplyBegan(call, ReplyKind.RESPONSE, requestId, deliveryId));
  }

  Scenario errorBegan(WorkerReply call, String requestId, String deliveryId) {
    return apply(new SandboxEvent.ReplyBegan(call, ReplyKind.ERROR, requestId, deliveryId));
  }

  Scenario responseBegan(WorkerReply call, String requestId) {
    return apply(new SandboxEvent.ReplyBegan(call, ReplyKind.RESPONSE, requestId));
  }

  Scenario errorBegan(WorkerReply call, String requestId) {
    return apply(new SandboxEvent.ReplyBegan(call, ReplyKind.ERROR, requestId));
  }

  Scenario subscriptionRequested(SubscribeCall call, String id) {
    return apply(new SandboxEvent.SubscriptionRequested(call, id));
  }

  Scenario flushed() {
    return apply(new SandboxEvent.SubscribersFlushed(state.generation()));
  }

  Scenario telemetrySettled() {
    return apply(new SandboxEvent.TelemetrySettled(state.generation()));
  }

  Scenario replyEnded(WorkerReply call, Reply reply) {
    return apply(new SandboxEvent.ReplyEnded(call, reply));
  }

  Scenario initError(InitFailureCall call, Reply.ReportedError error) {
    return apply(new SandboxEvent.InitFailed(call, error));
  }

  Scenario startFailed(StartFailure failure) {
    return apply(new SandboxEvent.RuntimeStartFailed(state.generation(), failure));
  }

  Scenario exited(ProcessExit exit) {
    return apply(new SandboxEvent.RuntimeExited(state.generation(), exit));
  }

  /** The runtime exits during an init, and what it may have sent before has been waited for. */
  Scenario died(ProcessExit exit) {
    long moment = nowNanos;
    exited(exit).grace();
    nowNanos = moment;
    return this;
  }

  /** No process is left, and then no connection. */
  Scenario gone() {
    int generation = state.generation();
    apply(new SandboxEvent.ProcessesGone(generation));
    List<Effect> first = effects;
    return apply(new SandboxEvent.Disconnected(generation)).after(first);
  }

  private Scenario after(List<Effect> earlier) {
    effects = Stream.concat(earlier.stream(), effects.stream()).toList();
    return this;
  }

  Scenario found(String... names) {
    return apply(new SandboxEvent.ExtensionsFound(state.generation(), List.of(names)));
  }

  /** An extension registers; its identifier is its name with a number sign before it. */
  Scenario registered(RegisterCall call, String name, String... events) {
    return apply(
        new SandboxEvent.ExtensionRegistered(
            call, new Registration(name, List.of(events), "#" + name)));
  }

  Scenario registered(String name, String... events) {
    return registered(new FakeExtensionCall.Register(), name, events);
  }

  Scenario eventPolled(ExtensionNextCall call, String name) {
    return apply(new SandboxEvent.ExtensionPolledNext(call, "#" + name));
  }

  Scenario eventPolled(String name) {
    return eventPolled(new FakeExtensionCall.Next(), name);
  }

  Scenario eventPollAbandoned(ExtensionNextCall call, String name) {
    return apply(new SandboxEvent.ExtensionNextAbandoned(call, "#" + name));
  }

  Scenario eventDeliveryFailed(ExtensionNextCall call, String name) {
    return apply(new SandboxEvent.ExtensionDeliveryFailed(call, "#" + name));
  }

  Scenario extensionInitError(ExtensionErrorCall call, String name) {
    return apply(new SandboxEvent.ExtensionInitErrorReported(call, "#" + name, "Extension.Sad"));
  }

  Scenario extensionExitError(ExtensionErrorCall call, String name) {
    return apply(new SandboxEvent.ExtensionExitErrorReported(call, "#" + name, "Extension.Sad"));
  }

  Scenario extensionStartFailed(String name, StartFailure failure) {
    return apply(new SandboxEvent.ExtensionStartFailed(state.generation(), name, failure));
  }

  Scenario extensionExited(String name, ProcessExit exit) {
    return apply(new SandboxEvent.ExtensionExited(state.generation(), name, exit));
  }

  Scenario restorePolled(RestoreSlot call) {
    return apply(new SandboxEvent.SnapshotReady(call));
  }

  Scenario restorePollAbandoned(RestoreSlot call) {
    return apply(new SandboxEvent.RestoreSlotWithdrawn(call));
  }

  Scenario restoreError(RestoreFailureCall call) {
    return apply(new SandboxEvent.RestoreFailed(call, "Runtime.AfterRestoreError"));
  }

  Scenario restoreRequested(RestoreCall call, Duration timeout) {
    return apply(new SandboxEvent.RestoreRequested(call, timeout));
  }

  Scenario resetRequested(ResetCall call, ShutdownReason reason, Duration budget) {
    return apply(new SandboxEvent.ResetRequested(call, reason, budget));
  }

  Scenario processesGone() {
    return apply(new SandboxEvent.ProcessesGone(state.generation()));
  }

  Scenario disconnected() {
    return apply(new SandboxEvent.Disconnected(state.generation()));
  }

  Extension extension(String name) {
    return state.extensions().stream()
        .filter(extension -> extension.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  Scenario deadline() {
    return apply(new SandboxEvent.TimerFired(SandboxTimer.DEADLINE));
  }

  /** The alarm rings that was set when the sandbox became idle. */
  Scenario freezeDelayOver() {
    return apply(new SandboxEvent.TimerFired(SandboxTimer.FREEZE));
  }

  /** An alarm that was set for an earlier grace rings now. */
  Scenario staleGrace() {
    return apply(new SandboxEvent.TimerFired(SandboxTimer.GRACE));
  }

  /** The alarm of a grace rings, when it was set for. */
  Scenario grace() {
    nowNanos = Math.max(nowNanos, graceNanos);
    return apply(new SandboxEvent.TimerFired(SandboxTimer.GRACE));
  }

  Scenario shutdownRequested() {
    return apply(new SandboxEvent.ShutdownRequested());
  }
}

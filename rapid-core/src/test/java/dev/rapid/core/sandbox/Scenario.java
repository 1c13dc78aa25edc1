package dev.rapid.core.sandbox;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import java.time.Duration;
import java.util.List;

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
  private List<Effect> effects = List.of();

  private Scenario(SandboxConfig config) {
    this.config = config;
    this.machine = new SandboxMachine(config);
  }

  /** A cold sandbox that starts the runtime itself. */
  static Scenario started() {
    return with(SandboxConfig.started(FUNCTION_TIMEOUT, INIT_TIMEOUT));
  }

  /** A cold sandbox whose runtime the user starts. */
  static Scenario attached() {
    return with(SandboxConfig.attached(FUNCTION_TIMEOUT));
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

  RuntimeState runtime() {
    return state.runtime();
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

  /** Lets time pass. */
  Scenario at(Duration sinceStart) {
    nowNanos = nanosAt(sinceStart);
    return this;
  }

  Scenario apply(SandboxEvent event) {
    MatrixVisits.visit(state, config, event);
    Transition transition = machine.apply(state, event, nowNanos);
    state = transition.next();
    effects = transition.effects();
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

  Scenario polled(NextCall call) {
    return apply(new SandboxEvent.RuntimePolledNext(call));
  }

  Scenario abandoned(NextCall call) {
    return apply(new SandboxEvent.NextAbandoned(call));
  }

  Scenario deliveryFailed(NextCall call) {
    return apply(new SandboxEvent.DeliveryFailed(call));
  }

  Scenario responseBegan(ReplyCall call, String requestId) {
    return apply(new SandboxEvent.ResponseBegan(call, requestId));
  }

  Scenario errorBegan(ReplyCall call, String requestId) {
    return apply(new SandboxEvent.ErrorBegan(call, requestId));
  }

  Scenario replyEnded(ReplyCall call, Reply reply) {
    return apply(new SandboxEvent.ReplyEnded(call, reply));
  }

  Scenario initError(InitErrorCall call, Reply.ReportedError error) {
    return apply(new SandboxEvent.InitErrorReported(call, error));
  }

  Scenario startFailed(StartFailure failure) {
    return apply(new SandboxEvent.RuntimeStartFailed(state.generation(), failure));
  }

  Scenario exited(ProcessExit exit) {
    return apply(new SandboxEvent.RuntimeExited(state.generation(), exit));
  }

  Scenario gone() {
    return apply(new SandboxEvent.ProcessesGone(state.generation()));
  }

  Scenario deadline() {
    return apply(new SandboxEvent.TimerFired(SandboxTimer.DEADLINE));
  }

  Scenario grace() {
    return apply(new SandboxEvent.TimerFired(SandboxTimer.GRACE));
  }

  Scenario shutdownRequested() {
    return apply(new SandboxEvent.ShutdownRequested());
  }
}

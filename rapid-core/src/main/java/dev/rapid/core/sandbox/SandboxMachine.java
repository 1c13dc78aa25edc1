package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a sandbox does: a pure function from a state and an event to the next state and the
 * effects to carry out. It has no clock, no thread and no I/O; the moment comes in with the event.
 *
 * <p>This class says which rule answers an event in which phase; the rules are in {@link
 * InitRules}, {@link RestoreRules}, {@link InvocationRules}, {@link ExtensionRules} and {@link
 * StopRules}. They are those of contract runtime-extensions-telemetry, sections 1 to 3, and of
 * contract lifecycle-and-control, section 4.
 */
public class SandboxMachine {

  private final SandboxConfig config;

  /** Creates a machine that applies {@code config}. */
  public SandboxMachine(SandboxConfig config) {
    this.config = config;
  }

  /**
   * Answers one event.
   *
   * @param nowNanos when the event happened, as a reading of the nano clock
   */
  public Transition apply(SandboxState state, SandboxEvent event, long nowNanos) {
    Step s = new Step(config, state, nowNanos);
    switch (event) {
      case SandboxEvent.InitRequested(Duration timeout) -> initRequested(s, timeout);
      case SandboxEvent.InvokeRequested(Invocation invocation) -> invokeRequested(s, invocation);
      case SandboxEvent.CallerGone(Invocation invocation) -> callerGone(s, invocation);
      case SandboxEvent.RestoreRequested(RestoreCall call, Duration timeout) ->
          RestoreRules.requested(s, call, timeout);
      case SandboxEvent.ResetRequested(ResetCall call, ShutdownReason reason, Duration budget) ->
          resetRequested(s, call, reason, budget);
      case SandboxEvent.ShutdownRequested(Duration budget) -> shutdownRequested(s, budget);

      case SandboxEvent.RuntimePolledNext(NextCall call) -> runtimePolledNext(s, call);
      case SandboxEvent.NextAbandoned(NextCall call) -> nextAbandoned(s, call);
      case SandboxEvent.DeliveryFailed(NextCall call) -> InvocationRules.deliveryFailed(s, call);
      case SandboxEvent.DeliveryConnectionClosed(NextCall call) ->
          InvocationRules.connectionClosed(s, call);
      case SandboxEvent.ResponseBegan(ReplyCall call, String requestId, var deliveryId) ->
          InvocationRules.replyBegan(
              s, call, requestId, deliveryId, RuntimeState.INVOCATION_RESPONSE);
      case SandboxEvent.ErrorBegan(ReplyCall call, String requestId, var deliveryId) ->
          InvocationRules.replyBegan(
              s, call, requestId, deliveryId, RuntimeState.INVOCATION_ERROR_RESPONSE);
      case SandboxEvent.ReplyEnded(ReplyCall call, Reply reply) ->
          InvocationRules.replyEnded(s, call, reply);
      case SandboxEvent.InitErrorReported(InitErrorCall call, Reply.ReportedError error) ->
          InitRules.errorReported(s, call, error);
      case SandboxEvent.RuntimePolledRestore(RestoreNextCall call) ->
          RestoreRules.polledRestore(s, call);
      case SandboxEvent.RestorePollAbandoned(RestoreNextCall call) ->
          RestoreRules.pollAbandoned(s, call);
      case SandboxEvent.RestoreErrorReported(RestoreErrorCall call, String errorType) ->
          RestoreRules.errorReported(s, call, errorType);

      case SandboxEvent.ExtensionRegistered(var call, var registration) ->
          ExtensionRules.registered(s, call, registration);
      case SandboxEvent.ExtensionPolledNext(var call, String id) ->
          ExtensionRules.polled(s, call, id);
      case SandboxEvent.ExtensionNextAbandoned(var call, String id) ->
          ExtensionRules.abandoned(s, call, id);
      case SandboxEvent.ExtensionDeliveryFailed(var call, String id) ->
          ExtensionRules.deliveryFailed(s, call, id);
      case SandboxEvent.ExtensionInitErrorReported(var call, String id, String errorType) ->
          ExtensionRules.initErrorReported(s, call, id, errorType);
      case SandboxEvent.ExtensionExitErrorReported(var call, String id, String errorType) ->
          ExtensionRules.exitErrorReported(s, call, id, errorType);

      case SandboxEvent.SubscriptionRequested(var call, String id) ->
          ExtensionRules.subscriptionRequested(s, call, id);
      case SandboxEvent.Subscribed(int generation, var subscription) -> {
        if (isCurrent(s, generation)) {
          s.emit(subscription);
        }
      }
      case SandboxEvent.SubscribersFlushed(int generation) -> {
        Stop stop = StopRules.stopOf(state.phase());
        if (isCurrent(s, generation) && stop != null) {
          StopRules.flushed(s, stop);
        }
      }
      case SandboxEvent.ExtensionsFound(int generation, var names) -> {
        if (isCurrent(s, generation)) {
          InitRules.extensionsFound(s, names);
        }
      }
      case SandboxEvent.RuntimeStartFailed(int generation, var failure) -> {
        if (isCurrent(s, generation)) {
          InitRules.runtimeStartFailed(s, failure);
        }
      }
      case SandboxEvent.ExtensionStartFailed(int generation, String name, var failure) -> {
        if (isCurrent(s, generation)) {
          InitRules.extensionStartFailed(s, name, failure);
        }
      }
      case SandboxEvent.RuntimeExited(int generation, ProcessExit exit) -> {
        if (isCurrent(s, generation)) {
          runtimeExited(s, exit);
        }
      }
      case SandboxEvent.ExtensionExited(int generation, String name, ProcessExit exit) -> {
        if (isCurrent(s, generation)) {
          ExtensionRules.exited(s, name, exit);
        }
      }
      case SandboxEvent.ProcessesGone(int generation) -> {
        Stop stop = StopRules.stopOf(state.phase());
        if (isCurrent(s, generation) && stop != null) {
          StopRules.processesGone(s, stop);
        }
      }
      case SandboxEvent.Disconnected(int generation) -> {
        Stop stop = StopRules.stopOf(state.phase());
        if (isCurrent(s, generation) && stop != null) {
          StopRules.disconnected(s, stop);
        }
      }
      case SandboxEvent.TimerFired(SandboxTimer timer) -> {
        switch (timer) {
          case DEADLINE -> deadlinePassed(s);
          case GRACE -> graceOver(s);
        }
      }
    }
    return s.transition();
  }

  private static boolean isCurrent(Step s, int generation) {
    return generation == s.state.generation();
  }

  // ------------------------------------------------------------------ callers

  private static void initRequested(Step s, @Nullable Duration timeout) {
    if (s.state.phase() instanceof Phase.Cold) {
      InitRules.startAlone(s, timeout == null ? s.config.initTimeout() : timeout);
    }
  }

  private static void invokeRequested(Step s, Invocation invocation) {
    switch (s.state.phase()) {
      case Phase.Cold() ->
          InitRules.start(s, InitRules.phaseOfNext(s), invocation, Phase.NOT_BEGUN);
      case Phase.Initializing p when p.waiting() == null ->
          s.enter(p.waitingFor(invocation, false));
      case Phase.Ready() when s.state.runtime() == RuntimeState.RESTORE_READY ->
          RestoreRules.startFor(s, invocation);
      case Phase.Ready() -> InvocationRules.begin(s, invocation);
      case Phase.Restoring p when p.failed() -> {
        s.cancel(SandboxTimer.GRACE);
        StopRules.reset(s, invocation, ShutdownReason.FAILURE);
      }
      case Phase.Restoring p when p.waiting() == null -> s.enter(p.waitingFor(invocation));
      case Phase.Failed() -> StopRules.reset(s, invocation, ShutdownReason.FAILURE);
      case Phase.Resetting p when p.waiting() == null ->
          s.enter(new Phase.Resetting(p.stop(), invocation, Phase.NOT_BEGUN));
      case Phase.Initializing p -> s.reject(invocation, Outcome.Rejection.THROTTLED);
      case Phase.Restoring p -> s.reject(invocation, Outcome.Rejection.THROTTLED);
      case Phase.Invoking p -> s.reject(invocation, Outcome.Rejection.THROTTLED);
      case Phase.Finishing p -> s.reject(invocation, Outcome.Rejection.THROTTLED);
      case Phase.Resetting p -> s.reject(invocation, Outcome.Rejection.THROTTLED);
      case Phase.ShuttingDown p -> s.reject(invocation, Outcome.Rejection.SHUTTING_DOWN);
      case Phase.Terminated() -> s.reject(invocation, Outcome.Rejection.SHUTTING_DOWN);
    }
  }

  /** Only an invocation that has not begun is dropped; a running one runs to its end. */
  @SuppressWarnings("ReferenceEquality") // Callers choose ids, so that two may be equal.
  private static void callerGone(Step s, Invocation invocation) {
    switch (s.state.phase()) {
      case Phase.Initializing p
          when p.initPhase() == InitPhase.INIT && !p.begun() && p.waiting() == invocation -> {
        s.enter(p.waitingFor(null, false));
        s.reject(invocation, Outcome.Rejection.CALLER_GONE);
      }
      case Phase.Restoring p when p.waiting() == invocation && !p.begun() -> {
        s.enter(p.waitingFor(null));
        s.reject(invocation, Outcome.Rejection.CALLER_GONE);
      }
      case Phase.Resetting p when p.waiting() == invocation && !p.begun() -> {
        s.enter(new Phase.Resetting(p.stop(), null, Phase.NOT_BEGUN));
        s.reject(invocation, Outcome.Rejection.CALLER_GONE);
      }
      default -> {}
    }
  }

  // ------------------------------------------------------------------ the runtime

  private static void runtimePolledNext(Step s, NextCall call) {
    switch (s.state.phase()) {
      case Phase.Initializing p
          when s.state.runtime() == RuntimeState.STARTED
              && p.runtimeStarted()
              && p.failure() == null ->
          InitRules.runtimePolled(s, p, call);
      case Phase.Initializing p when s.state.runtime() == RuntimeState.READY -> s.park(call);
      case Phase.Ready() when s.state.runtime() == RuntimeState.READY -> s.park(call);
      case Phase.Restoring p
          when s.state.runtime() == RuntimeState.RESTORING && p.failure() == null ->
          RestoreRules.runtimePolled(s, p, call);
      case Phase.Invoking p -> InvocationRules.polled(s, p, call);
      case Phase.Finishing p -> s.park(call);
      // A runtime that the user started goes on during a reset.
      case Phase.Resetting p when s.config.attached() -> s.park(call);
      // Clients take a refusal for a fault of theirs; the connection is closed soon.
      case Phase.Resetting p -> s.hold(call);
      case Phase.ShuttingDown p -> s.hold(call);
      case Phase.Failed() -> s.hold(call);
      default -> s.refuse(call, RuntimeState.READY);
    }
  }

  private static void nextAbandoned(Step s, NextCall call) {
    if (s.state.parked().contains(call)) {
      s.runtime(s.state.side().without(call));
    }
  }

  private static void runtimeExited(Step s, ProcessExit exit) {
    s.runtime(s.state.side().ended());
    Stop stop = StopRules.stopOf(s.state.phase());
    if (stop != null) {
      StopRules.runtimeExited(s, stop);
      return;
    }
    s.fatal(ErrorType.RUNTIME_EXIT_ERROR);
    Failure failure =
        new Failure(s.fatalOr(ErrorType.RUNTIME_EXIT_ERROR), exitMessage(exit), true, s.now);
    switch (s.state.phase()) {
      case Phase.Initializing p -> InitRules.runtimeExited(s, p, failure);
      case Phase.Ready() -> {
        s.emit(new LifecycleEvent.IdleExit(failure.message()));
        InvocationRules.resetIdle(s);
      }
      case Phase.Restoring p -> RestoreRules.runtimeExited(s, p, failure);
      case Phase.Invoking p -> InvocationRules.failing(s, p, failure);
      case Phase.Finishing p -> InvocationRules.failed(s, p, failure.error(), failure.message());
      case Phase.Cold() -> {}
      case Phase.Failed() -> {}
      case Phase.Resetting p -> {}
      case Phase.ShuttingDown p -> {}
      case Phase.Terminated() -> {}
    }
  }

  private static String exitMessage(ProcessExit exit) {
    return exit instanceof ProcessExit.Exited(int status) && status == 0
        ? "Runtime exited without providing a reason"
        : "Runtime exited with error: " + exit.describe();
  }

  // ------------------------------------------------------------------ time

  private static void deadlinePassed(Step s) {
    switch (s.state.phase()) {
      case Phase.Initializing p when s.passed(InitRules.enforcedDeadlineOf(p)) ->
          InitRules.deadlinePassed(s, p);
      case Phase.Restoring p when s.passed(p.deadlineNanos()) && !p.failed() ->
          RestoreRules.deadlinePassed(s, p);
      case Phase.Invoking p when s.passed(p.deadlineNanos()) && !p.invocation().reserved() ->
          InvocationRules.deadlinePassed(s, p);
      case Phase.Finishing p when s.passed(p.deadlineNanos()) && !p.invocation().reserved() ->
          InvocationRules.deadlinePassed(s, p);
      default -> {}
    }
  }

  private static void graceOver(Step s) {
    switch (s.state.phase()) {
      case Phase.Initializing p -> InitRules.graceOver(s, p);
      case Phase.Restoring p -> RestoreRules.graceOver(s, p);
      case Phase.Invoking p -> InvocationRules.graceOver(s, p);
      case Phase.Resetting p -> StopRules.graceOver(s, p.stop());
      case Phase.ShuttingDown p -> StopRules.graceOver(s, p.stop());
      default -> {}
    }
  }

  // ------------------------------------------------------------------ the end

  private static void resetRequested(
      Step s, ResetCall call, ShutdownReason reason, Duration budget) {
    boolean timeout = reason.equals(ShutdownReason.TIMEOUT);
    ErrorType error = timeout ? ErrorType.SANDBOX_TIMEDOUT : s.fatalOr(ErrorType.SANDBOX_FAILURE);
    Outcome outcome =
        new Outcome.Failed(error, "The sandbox was reset (" + reason.wireName() + ")");
    Status status =
        timeout
            ? Status.TIMEOUT
            : error.wireName().startsWith("Sandbox.") ? Status.FAILURE : Status.ERROR;
    String errorType = timeout ? null : error.wireName();
    switch (s.state.phase()) {
      case Phase.Cold() -> {
        s.state = s.state.withLastFailure(null);
        answerNow(s, call);
      }
      case Phase.Terminated() -> answerNow(s, call);
      case Phase.ShuttingDown p -> s.enter(new Phase.ShuttingDown(p.stop().waitedForBy(call)));
      case Phase.Resetting p -> {
        Stop stop = p.stop().waitedForBy(call);
        Invocation waiting = p.waiting();
        // Whoever has reserved the sandbox resets it to be rid of his invocation.
        if (waiting != null && waiting.reserved()) {
          InvocationRules.cutShort(s, waiting, false, p.timeline(), outcome, status, errorType);
          s.enter(new Phase.Resetting(stop, null, Phase.NOT_BEGUN));
        } else {
          s.enter(new Phase.Resetting(stop, waiting, p.begunNanos()));
        }
      }
      case Phase.Initializing p -> {
        endWhatRuns(s, outcome, status, errorType);
        reset(s, call, reason, budget);
      }
      case Phase.Ready() -> reset(s, call, reason, budget);
      case Phase.Restoring p -> {
        endWhatRuns(s, outcome, status, errorType);
        reset(s, call, reason, budget);
      }
      case Phase.Invoking p -> {
        endWhatRuns(s, outcome, status, errorType);
        reset(s, call, reason, budget);
      }
      case Phase.Finishing p -> {
        endWhatRuns(s, outcome, status, errorType);
        reset(s, call, reason, budget);
      }
      case Phase.Failed() -> reset(s, call, reason, budget);
    }
  }

  private static void answerNow(Step s, ResetCall call) {
    s.effects.add(new Effect.AnswerReset(call, new ResetResult(0, null)));
  }

  private static void reset(Step s, ResetCall call, ShutdownReason reason, Duration budget) {
    s.cancel(SandboxTimer.DEADLINE);
    s.cancel(SandboxTimer.GRACE);
    s.state = s.state.withUnreported(SandboxState.Unreported.NOTHING);
    StopRules.reset(s, null, Phase.NOT_BEGUN, reason, budget, call);
  }

  private static void shutdownRequested(Step s, @Nullable Duration budget) {
    switch (s.state.phase()) {
      case Phase.Cold() -> StopRules.terminate(s);
      case Phase.Resetting p -> {
        if (p.waiting() != null) {
          endWaiting(s, p);
        }
        // The stop that is under way ends everything.
        StopRules.shutDown(s, p.stop());
      }
      case Phase.ShuttingDown p -> {}
      case Phase.Terminated() -> {}
      case Phase.Initializing p -> shutDown(s, budget);
      case Phase.Ready() -> shutDown(s, budget);
      case Phase.Restoring p -> shutDown(s, budget);
      case Phase.Invoking p -> shutDown(s, budget);
      case Phase.Finishing p -> shutDown(s, budget);
      case Phase.Failed() -> shutDown(s, budget);
    }
  }

  private static void shutDown(Step s, @Nullable Duration budget) {
    endWhatRuns(
        s,
        new Outcome.Rejected(Outcome.Rejection.SHUTTING_DOWN),
        Status.FAILURE,
        ErrorType.SANDBOX_FAILURE.wireName());
    StopRules.shutDown(s, budget);
  }

  private static void endWaiting(Step s, Phase.Resetting p) {
    Invocation waiting = p.waiting();
    if (waiting != null) {
      InvocationRules.cutShort(
          s,
          waiting,
          false,
          p.timeline(),
          new Outcome.Rejected(Outcome.Rejection.SHUTTING_DOWN),
          Status.FAILURE,
          ErrorType.SANDBOX_FAILURE.wireName());
    }
  }

  /** Ends an init, a restore or an invocation because the sandbox is reset or ends. */
  private static void endWhatRuns(
      Step s, Outcome outcome, Status status, @Nullable String errorType) {
    switch (s.state.phase()) {
      case Phase.Initializing p -> {
        InitRules.emitFailure(s, p, Status.ERROR, ErrorType.RUNTIME_UNKNOWN.wireName(), null);
        Invocation waiting = p.waiting();
        if (waiting != null) {
          InvocationRules.cutShort(
              s, waiting, p.answered(), p.timeline(), outcome, status, errorType);
        }
      }
      case Phase.Restoring p -> RestoreRules.cutShort(s, p, outcome);
      case Phase.Invoking p ->
          InvocationRules.cutShort(
              s, p.invocation(), p.answered(), p.timeline(), outcome, status, errorType);
      case Phase.Finishing p ->
          InvocationRules.cutShort(
              s, p.invocation(), true, p.timeline(), outcome, status, errorType);
      case Phase.Cold() -> {}
      case Phase.Ready() -> {}
      case Phase.Failed() -> {}
      case Phase.Resetting p -> {}
      case Phase.ShuttingDown p -> {}
      case Phase.Terminated() -> {}
    }
  }
}

package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a runtime that was ready for its snapshot is restored (contract lifecycle-and-control,
 * section 4.8; contract runtime-extensions-telemetry, sections 1.6, 1.7 and 2.7).
 */
final class RestoreRules {

  private static final String HOOK_TIMEOUT = ErrorType.RUNTIME_RESTORE_HOOK_USER_TIMEOUT.wireName();

  private RestoreRules() {}

  // ------------------------------------------------------------------ the beginning

  /** An invocation comes to a sandbox that has not been restored yet. */
  static void startFor(Step s, Invocation waiting) {
    start(s, Phase.Restoring.begun(s.now, usualDeadline(s), waiting, null));
  }

  /** An invocation has waited for the init, or paid for it, and needs the restore too. */
  static void startAfterInit(Step s, Phase.Initializing p, Invocation waiting) {
    Phase.Restoring restoring = Phase.Restoring.begun(s.now, usualDeadline(s), waiting, null);
    boolean paid = p.initPhase() == InitPhase.INVOKE || p.begun();
    start(
        s,
        paid
            ? restoring
                .insideOf(p.invocationStartedNanos(), p.deadlineNanos(), p.begun())
                .notAfter(InitRules.enforcedDeadlineOf(p))
            : restoring);
  }

  /** The control API asks for a restore. */
  static void requested(Step s, RestoreCall call, Duration timeout) {
    if (s.state.phase() instanceof Phase.Ready && s.state.runtime() == RuntimeState.RESTORE_READY) {
      start(s, Phase.Restoring.begun(s.now, s.now + timeout.toNanos(), null, call));
    } else {
      s.effects.add(new Effect.AnswerRestore(call, new RestoreResult(null, 0)));
    }
  }

  private static long usualDeadline(Step s) {
    return Step.deadlineAfter(s.now, s.config.restoreTimeout());
  }

  private static void start(Step s, Phase.Restoring restoring) {
    s.emit(new LifecycleEvent.RestoreStart());
    s.enter(restoring);
    s.runtimeIs(RuntimeState.RESTORING);
    s.armDeadline(restoring.deadlineNanos());
    RestoreNextCall poll = s.state.side().restorePoll();
    if (poll != null) {
      deliver(s, restoring, poll);
    }
  }

  private static void deliver(Step s, Phase.Restoring p, RestoreNextCall poll) {
    s.runtime(s.state.side().withRestorePoll(null));
    s.enter(p.withDelivered(true));
    s.effects.add(new Effect.Restored(poll));
  }

  // ------------------------------------------------------------------ the runtime's calls

  static void polledRestore(Step s, RestoreNextCall call) {
    switch (s.state.phase()) {
      case Phase.Initializing p
          when p.runtimeStarted()
              && s.state.runtime() == RuntimeState.STARTED
              && p.failure() == null ->
          InitRules.runtimePolledRestore(s, p, call);
      case Phase.Restoring p when !p.delivered() && !p.failed() && p.failure() == null ->
          deliver(s, p, call);
      default -> {
        boolean lost =
            s.state.runtime() == RuntimeState.RESTORE_READY && s.state.side().restorePoll() == null;
        if (lost || isEnding(s)) {
          s.runtime(s.state.side().withRestorePoll(call));
        } else if (s.config.attached()) {
          // Another runtime than before, of whose start nobody told; it may go on.
          s.effects.add(new Effect.Restored(call));
        } else {
          s.refuse(call, RuntimeState.READY);
        }
      }
    }
  }

  /** Clients take a refusal for a fault of theirs; the connection is closed soon. */
  private static boolean isEnding(Step s) {
    return !s.config.attached()
        && (StopRules.stopOf(s.state.phase()) != null || s.state.phase() instanceof Phase.Failed);
  }

  @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
  static void pollAbandoned(Step s, RestoreNextCall call) {
    if (s.state.side().restorePoll() == call) {
      s.runtime(s.state.side().withRestorePoll(null));
    } else if (s.state.phase() instanceof Phase.Restoring p
        && s.state.runtime() == RuntimeState.RESTORING) {
      // The answer was lost; whoever asks again gets it again.
      s.enter(p.withDelivered(false));
    }
  }

  /** The runtime asks for its first event: its hook is done. */
  static void runtimePolled(Step s, Phase.Restoring p, NextCall call) {
    s.park(call);
    long duration = s.now - p.startedNanos();
    s.emit(new LifecycleEvent.RestoreRuntimeDone(Status.SUCCESS, null));
    s.emit(new LifecycleEvent.RestoreReport(Status.SUCCESS, null, null, duration));
    s.cancel(SandboxTimer.DEADLINE);
    s.state =
        s.state.withUnreported(
            new SandboxState.Unreported(s.state.unreported().initNanos(), duration));
    answer(s, p, null);
    Invocation waiting = p.waiting();
    if (waiting == null) {
      s.enter(new Phase.Ready());
    } else if (p.begun()) {
      if (!p.announced()) {
        s.emit(new LifecycleEvent.Start(waiting));
      }
      InvocationRules.run(s, waiting, p.begunNanos(), p.invocationDeadlineNanos());
    } else {
      InvocationRules.begin(s, waiting);
    }
  }

  static void errorReported(Step s, RestoreErrorCall call, String errorType) {
    if (s.state.phase() instanceof Phase.Restoring p
        && s.state.runtime() == RuntimeState.RESTORING) {
      s.effects.add(new Effect.AcceptRestoreError(call));
      hookFailed(s, p, errorType);
    } else {
      s.refuse(call, RuntimeState.RESTORE_ERROR);
    }
  }

  // ------------------------------------------------------------------ failures

  /** The runtime reported it, and has a moment to end by itself. */
  static void hookFailed(Step s, Phase.Restoring p, String errorType) {
    s.runtimeIs(RuntimeState.RESTORE_ERROR);
    tell(
        s,
        p,
        Status.ERROR,
        errorType,
        RestoreResult.HOOK_ERROR,
        "The runtime's hook after the restore reported " + errorType);
    if (isDriven(s, p) || p.failure() != null) {
      end(s, p, ShutdownReason.FAILURE);
    } else {
      s.enter(p.afterHookFailed());
      s.arm(SandboxTimer.GRACE, s.now + s.config.initErrorGrace().toNanos());
    }
  }

  /** A report of an error that it sent with its last breath may still be on the wire. */
  static void runtimeExited(Step s, Phase.Restoring p, Failure failure) {
    if (p.failed() || s.state.runtime() != RuntimeState.RESTORING) {
      failed(s, p, failure.error(), failure.message());
    } else if (p.failure() == null) {
      s.enter(p.afterFailure(s.settling(failure, s.config.settleTime())));
    }
  }

  /** A process ended. */
  static void failed(Step s, Phase.Restoring p, ErrorType error, String message) {
    if (!p.failed()) {
      tell(s, p, Status.ERROR, error.wireName(), error.wireName(), message);
    }
    end(s, p, ShutdownReason.FAILURE);
  }

  static void graceOver(Step s, Phase.Restoring p) {
    Failure failure = p.failure();
    if (failure != null) {
      if (s.passed(failure.believedNanos())) {
        failed(s, p, failure.error(), failure.message());
      }
    } else if (p.failed()) {
      end(s, p, ShutdownReason.FAILURE);
    }
  }

  static void deadlinePassed(Step s, Phase.Restoring p) {
    Failure failure = p.failure();
    if (failure != null) {
      failed(s, p, failure.error(), failure.message());
      return;
    }
    tell(
        s,
        p,
        Status.TIMEOUT,
        null,
        HOOK_TIMEOUT,
        "The runtime's hook after the restore did not end in time");
    end(s, p, ShutdownReason.TIMEOUT);
  }

  private static void end(Step s, Phase.Restoring p, ShutdownReason reason) {
    s.cancel(SandboxTimer.GRACE);
    if (isDriven(s, p)) {
      s.enter(new Phase.Failed());
    } else {
      // What comes next begins from the start, and has its own durations to report.
      s.state = s.state.withUnreported(SandboxState.Unreported.NOTHING);
      StopRules.reset(s, null, reason);
    }
  }

  /** Returns whether a client of the control API resets the sandbox after a failure. */
  private static boolean isDriven(Step s, Phase.Restoring p) {
    if (s.config.attached()) {
      return false;
    }
    Invocation waiting = p.waiting();
    return waiting == null ? p.call() != null : waiting.reserved();
  }

  /**
   * Tells telemetry and whoever waits.
   *
   * @param error the contract's name of the failure
   */
  private static void tell(
      Step s,
      Phase.Restoring p,
      Status status,
      @Nullable String errorType,
      String error,
      String message) {
    s.emit(
        new LifecycleEvent.RestoreRuntimeDone(
            Status.ERROR, s.fatalOr(ErrorType.RUNTIME_UNKNOWN).wireName()));
    s.emit(new LifecycleEvent.RestoreReport(status, errorType, message, s.now - p.startedNanos()));
    s.cancel(SandboxTimer.DEADLINE);
    answer(s, p, error);
    Invocation waiting = p.waiting();
    if (waiting != null) {
      s.complete(waiting, new Outcome.RestoreFailed(status == Status.TIMEOUT, message));
      if (p.announced()) {
        InvocationRules.report(s, waiting, status, errorType, Timeline.begun(p.begunNanos()));
      }
      s.available(waiting);
    }
  }

  private static void answer(Step s, Phase.Restoring p, @Nullable String error) {
    RestoreCall call = p.call();
    if (call != null) {
      long millis = TimeUnit.NANOSECONDS.toMillis(s.now - p.startedNanos());
      s.effects.add(new Effect.AnswerRestore(call, new RestoreResult(error, millis)));
    }
  }

  /** The sandbox is ended while the hook runs. */
  static void cutShort(Step s, Phase.Restoring p, Outcome outcome) {
    if (p.failed()) {
      return;
    }
    s.emit(
        new LifecycleEvent.RestoreRuntimeDone(
            Status.FAILURE, ErrorType.SANDBOX_FAILURE.wireName()));
    s.emit(
        new LifecycleEvent.RestoreReport(
            Status.FAILURE, ErrorType.SANDBOX_FAILURE.wireName(), null, s.now - p.startedNanos()));
    answer(s, p, ErrorType.SANDBOX_FAILURE.wireName());
    Invocation waiting = p.waiting();
    if (waiting != null) {
      s.complete(waiting, outcome);
      if (p.announced()) {
        InvocationRules.report(
            s,
            waiting,
            Status.FAILURE,
            ErrorType.SANDBOX_FAILURE.wireName(),
            Timeline.begun(p.begunNanos()));
      }
      s.available(waiting);
    }
  }
}

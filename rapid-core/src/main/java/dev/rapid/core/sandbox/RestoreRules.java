package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.worker.RestoreFailureCall;
import dev.rapid.core.worker.RestoreSlot;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import java.util.List;
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

  /** Restores for invocations; the time of those that paid for the init limits the restore too. */
  static void startFor(Step s, List<WaitingInvocation> waiting) {
    start(s, Phase.Restoring.begun(s.now, deadlineOf(s, s.now, waiting), waiting, null));
  }

  private static Deadline deadlineOf(Step s, long started, List<WaitingInvocation> waiting) {
    Deadline deadline = Deadline.after(started, s.config.restoreTimeout());
    for (WaitingInvocation each : waiting) {
      deadline = deadline.earlier(each.enforcedDeadline());
    }
    return deadline;
  }

  /** Sets the deadline anew after an invocation has left that limited it. */
  static void armDeadline(Step s, Phase.Restoring p) {
    if (p.call() == null && !p.failed()) {
      Deadline deadline = deadlineOf(s, p.startedNanos(), p.waiting());
      s.enter(p.within(deadline));
      s.arm(SandboxTimer.DEADLINE, deadline);
    }
  }

  /** The control API asks for a restore. */
  static void requested(Step s, RestoreCall call, Duration timeout) {
    if (s.state.phase() instanceof Phase.Serving p
        && p.isIdle()
        && s.state.worker() == WorkerState.SNAPSHOT_READY) {
      Deadline deadline = new Deadline(s.now + timeout.toNanos());
      start(s, Phase.Restoring.begun(s.now, deadline, List.of(), call));
    } else {
      s.effects.add(new Effect.AnswerRestore(call, new RestoreResult(null, 0)));
    }
  }

  private static void start(Step s, Phase.Restoring restoring) {
    s.emit(new LifecycleEvent.RestoreStart());
    s.enter(restoring);
    s.workerIs(WorkerState.RESTORING);
    s.arm(SandboxTimer.DEADLINE, restoring.deadline());
    RestoreSlot poll = s.state.side().restoreSlot();
    if (poll != null) {
      deliver(s, restoring, poll);
    }
  }

  private static void deliver(Step s, Phase.Restoring p, RestoreSlot poll) {
    s.worker(s.state.side().withRestoreSlot(null));
    s.enter(p.withDelivered(true));
    s.effects.add(new Effect.Restored(poll));
  }

  // ------------------------------------------------------------------ the runtime's calls

  /** The runtime asks for its restore, and no init waits for that. */
  static void snapshotReady(Step s, RestoreSlot call) {
    if (s.state.phase() instanceof Phase.Restoring p
        && !p.delivered()
        && !p.failed()
        && p.failure() == null) {
      deliver(s, p, call);
      return;
    }
    boolean lost =
        s.state.worker() == WorkerState.SNAPSHOT_READY && s.state.side().restoreSlot() == null;
    if (lost || isEnding(s)) {
      s.worker(s.state.side().withRestoreSlot(call));
    } else if (s.config.owner().seesProcess()) {
      s.refuse(call, WorkerState.READY);
    } else {
      // Another runtime than before, whose start was not seen; it may go on.
      s.effects.add(new Effect.Restored(call));
    }
  }

  /** Clients take a refusal for a fault of theirs; the connection is closed soon. */
  private static boolean isEnding(Step s) {
    return s.config.owner().seesProcess()
        && (s.state.phase().stop() != null || s.state.phase() instanceof Phase.Failed);
  }

  @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
  static void slotWithdrawn(Step s, RestoreSlot call) {
    if (s.state.side().restoreSlot() == call) {
      s.worker(s.state.side().withRestoreSlot(null));
    } else if (s.state.phase() instanceof Phase.Restoring p
        && s.state.worker() == WorkerState.RESTORING) {
      // The answer was lost; a runtime that asks again gets it again.
      s.enter(p.withDelivered(false));
    }
  }

  /** The runtime asks for its first event: its hook is done. */
  static void workerReady(Step s, Phase.Restoring p, WorkerSlot call) {
    if (s.state.worker() != WorkerState.RESTORING || p.failure() != null) {
      s.refuse(call, WorkerState.READY);
      return;
    }
    s.park(call);
    long duration = s.now - p.startedNanos();
    s.emit(new LifecycleEvent.RestoreRuntimeDone(Status.SUCCESS, null));
    s.emit(new LifecycleEvent.RestoreReport(Status.SUCCESS, null, null, duration));
    s.cancel(SandboxTimer.DEADLINE);
    s.state =
        s.state.withUnreported(
            new SandboxState.Unreported(s.state.unreported().initNanos(), duration));
    answer(s, p, null);
    s.then(new Next.Serve(p.waiting()));
  }

  static void errorReported(Step s, RestoreFailureCall call, String errorType) {
    if (s.state.phase() instanceof Phase.Restoring p && s.state.worker() == WorkerState.RESTORING) {
      s.effects.add(new Effect.AcceptRestoreFailure(call));
      hookFailed(s, p, errorType);
    } else {
      s.refuse(call, WorkerState.RESTORE_FAILED);
    }
  }

  // ------------------------------------------------------------------ failures

  /** The runtime reported it, and has a moment to end by itself. */
  static void hookFailed(Step s, Phase.Restoring p, String errorType) {
    s.workerIs(WorkerState.RESTORE_FAILED);
    String message = "The runtime's hook after the restore reported " + errorType;
    report(s, p, Status.ERROR, errorType, RestoreResult.HOOK_ERROR, message);
    if (initFollows(s, p)) {
      initialise(s, p.waiting(), ShutdownReason.FAILURE);
      return;
    }
    failAll(s, p, Status.ERROR, errorType, message);
    if (isDriven(s, p) || p.failure() != null) {
      end(s, p, ShutdownReason.FAILURE);
    } else {
      s.enter(p.afterHookFailed());
      s.arm(SandboxTimer.GRACE, new Deadline(s.now + s.config.initErrorGrace().toNanos()));
    }
  }

  /**
   * A process ended. A report of an error that the runtime sent with its last breath may still be
   * on the wire.
   */
  static void processEnded(Step s, Phase.Restoring p, Failure failure) {
    boolean reportMayFollow =
        failure.ofRuntime() && !p.failed() && s.state.worker() == WorkerState.RESTORING;
    Failure before = p.failure();
    boolean allRead = before != null && before.exitMayFollow();
    if (!reportMayFollow || allRead) {
      failed(s, p, failure);
    } else if (before == null) {
      s.enter(p.failingWith(s.settling(failure)));
    }
  }

  /** The worker cannot be used; the end of its process may be why. */
  static void workerBroken(Step s, Phase.Restoring p, Failure failure) {
    if (p.failure() != null) {
      return;
    }
    if (failure.exitMayFollow() && !p.failed()) {
      s.enter(p.failingWith(failure));
      s.arm(SandboxTimer.GRACE, failure.settleDeadline());
    } else {
      failed(s, p, failure);
    }
  }

  private static void failed(Step s, Phase.Restoring p, Failure failure) {
    s.fatal(failure.error());
    String error = failure.error().wireName();
    if (!p.failed()) {
      report(s, p, Status.ERROR, error, error, failure.message());
      if (initFollows(s, p)) {
        initialise(s, p.waiting(), ShutdownReason.FAILURE);
        return;
      }
      failAll(s, p, Status.ERROR, error, failure.message());
    }
    end(s, p, ShutdownReason.FAILURE);
  }

  /** Returns whether the invocations that wait for a restore that failed get an init instead. */
  private static boolean initFollows(Step s, Phase.Restoring p) {
    return s.config.initsAfterFailedRestore() && !isDriven(s, p);
  }

  /** What comes next begins from the start, and has its own durations to report. */
  private static void initialise(Step s, List<WaitingInvocation> waiting, ShutdownReason reason) {
    s.cancel(SandboxTimer.GRACE);
    s.state = s.state.withUnreported(SandboxState.Unreported.NOTHING);
    s.then(new Next.Reset(reason, waiting));
  }

  static void graceOver(Step s, Phase.Restoring p) {
    Failure failure = p.failure();
    if (failure != null) {
      if (failure.settleDeadline().hasPassed(s.now)) {
        failed(s, p, failure);
      }
    } else if (p.failed()) {
      end(s, p, ShutdownReason.FAILURE);
    }
  }

  static void deadlinePassed(Step s, Phase.Restoring p) {
    if (p.failed() || !p.deadline().hasPassed(s.now)) {
      return;
    }
    Failure failure = p.failure();
    if (failure != null) {
      failed(s, p, failure);
      return;
    }
    List<WaitingInvocation> late =
        p.waiting().stream().filter(each -> each.enforcedDeadline().hasPassed(s.now)).toList();
    boolean all = late.isEmpty() && !initFollows(s, p);
    List<WaitingInvocation> left =
        all ? List.of() : p.waiting().stream().filter(each -> !late.contains(each)).toList();
    String message = "The runtime's hook after the restore did not end in time";
    report(s, p, Status.TIMEOUT, null, HOOK_TIMEOUT, message);
    failAll(s, all ? p : p.with(late), Status.TIMEOUT, null, message);
    if (left.isEmpty()) {
      end(s, p, ShutdownReason.TIMEOUT);
    } else {
      initialise(s, left, ShutdownReason.TIMEOUT);
    }
  }

  private static void end(Step s, Phase.Restoring p, ShutdownReason reason) {
    if (isDriven(s, p)) {
      s.cancel(SandboxTimer.GRACE);
      s.enter(new Phase.Failed());
    } else {
      initialise(s, List.of(), reason);
    }
  }

  /** Returns whether a client of the control API resets the sandbox after a failure. */
  private static boolean isDriven(Step s, Phase.Restoring p) {
    if (s.config.owner().survivesReset()) {
      return false;
    }
    return p.waiting().isEmpty()
        ? p.call() != null
        : p.waiting().stream().anyMatch(each -> each.invocation().reserved());
  }

  /**
   * Reports that a restore failed.
   *
   * @param error the contract's name of the failure
   */
  private static void report(
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
  }

  /** Gives a failure to all that wait. */
  private static void failAll(
      Step s, Phase.Restoring p, Status status, @Nullable String errorType, String message) {
    Outcome outcome = new Outcome.RestoreFailed(status == Status.TIMEOUT, message);
    for (WaitingInvocation each : p.waiting()) {
      end(s, each, outcome, status, errorType);
    }
  }

  private static void end(
      Step s,
      WaitingInvocation waiting,
      Outcome outcome,
      Status status,
      @Nullable String errorType) {
    Invocation invocation = waiting.invocation();
    s.complete(invocation, outcome);
    Timeline timeline = waiting.timeline();
    if (timeline != null) {
      Reports.report(s, invocation, status, errorType, timeline);
    }
    s.available(invocation);
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
    String error = ErrorType.SANDBOX_FAILURE.wireName();
    s.emit(new LifecycleEvent.RestoreRuntimeDone(Status.FAILURE, error));
    s.emit(new LifecycleEvent.RestoreReport(Status.FAILURE, error, null, s.now - p.startedNanos()));
    answer(s, p, error);
    for (WaitingInvocation each : p.waiting()) {
      end(s, each, outcome, Status.FAILURE, error);
    }
  }
}

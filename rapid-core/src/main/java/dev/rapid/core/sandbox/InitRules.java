package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.worker.InitFailureCall;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.RestoreSlot;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a sandbox is initialised, before an invocation or inside of one (contract
 * lifecycle-and-control, sections 4.3 and 4.4; contract runtime-extensions-telemetry, section 2.5).
 */
final class InitRules {

  private InitRules() {}

  // ------------------------------------------------------------------ the beginning

  /** Begins an init that no invocation waits for. */
  static void startAlone(Step s, Duration timeout) {
    start(s, InitPhase.INIT, List.of(), Deadline.after(s.now, timeout));
  }

  /** Begins an init; if it is inside of the invocations that wait, it counts as their time. */
  static void start(Step s, InitPhase initPhase, List<WaitingInvocation> waiting) {
    if (initPhase == InitPhase.INIT || !s.config.initsInsideInvocation()) {
      start(s, InitPhase.INIT, waiting, Deadline.after(s.now, s.config.initTimeout()));
      return;
    }
    List<WaitingInvocation> payers = waiting.stream().map(each -> each.started(s.now)).toList();
    Deadline deadline =
        payers.stream().map(WaitingInvocation::deadline).reduce(Deadline.NEVER, Deadline::earlier);
    start(s, initPhase, payers, deadline);
  }

  private static void start(
      Step s, InitPhase initPhase, List<WaitingInvocation> waiting, Deadline deadline) {
    Phase.Initializing initializing =
        new Phase.Initializing(initPhase, s.now, deadline, waiting, false, null);
    s.state = s.state.nextGeneration().in(initializing);
    s.effects.add(new Effect.OpenSubscriptions(s.state.generation()));
    if (!s.config.owner().seesProcess()) {
      startUsersRuntime(s, initializing);
      return;
    }
    s.emit(new LifecycleEvent.InitStart(initPhase));
    if (s.config.extensions()) {
      s.effects.add(new Effect.FindExtensions(s.state.generation()));
    } else {
      startRuntime(s, initializing);
    }
    armDeadline(s, initializing);
  }

  /** Lets the alarm ring when an init is ended, or an invocation that waits for it. */
  static void armDeadline(Step s, Phase.Initializing p) {
    s.arm(SandboxTimer.DEADLINE, enforcedDeadline(p));
  }

  /**
   * Returns when an init is ended, or an invocation that its runtime's predecessor began; that of
   * an invocation on a reservation is not, because the client that has reserved the sandbox
   * enforces the deadline.
   */
  private static Deadline enforcedDeadline(Phase.Initializing p) {
    if (p.initPhase() == InitPhase.INIT) {
      Deadline first = p.deadline();
      for (WaitingInvocation each : p.waiting()) {
        first = first.earlier(each.enforcedDeadline());
      }
      return first;
    }
    boolean left = p.waiting().stream().anyMatch(each -> each.invocation().reserved());
    return left ? Deadline.NEVER : p.deadline();
  }

  /** Only a runtime that the user started can have outlived a reset. */
  private static void startUsersRuntime(Step s, Phase.Initializing initializing) {
    List<WorkerSlot> polls = s.state.slots();
    RestoreSlot restorePoll = s.state.side().restoreSlot();
    ExtensionEvents.keepWaiting(s);
    startRuntime(s, initializing);
    s.arm(SandboxTimer.DEADLINE, initializing.deadline());
    if (!polls.isEmpty()) {
      s.worker(s.state.side().in(WorkerState.READY, s.now).withSlots(polls));
      s.then(new Next.Progress());
    } else if (restorePoll != null) {
      snapshotReady(s, initializing, restorePoll);
    }
  }

  static void extensionsFound(Step s, List<String> names) {
    if (!(s.state.phase() instanceof Phase.Initializing p)
        || p.runtimeStarted()
        || s.hasExtensions()) {
      return;
    }
    for (String name : names.subList(0, Math.min(names.size(), Extension.LIMIT))) {
      s.add(Extension.started(name, s.now));
      s.effects.add(new Effect.StartExtension(s.state.generation(), name));
    }
    if (names.size() > Extension.LIMIT) {
      Extension excess = Extension.started(names.get(Extension.LIMIT), s.now);
      s.add(excess);
      launchFailed(
          s,
          p,
          excess,
          "TooManyExtensions",
          "There are " + names.size() + " extensions; " + Extension.LIMIT + " are possible");
    } else {
      s.then(new Next.StartRuntime());
    }
  }

  static void extensionStartFailed(
      Step s, Phase.Initializing p, Extension extension, StartFailure failure) {
    String type =
        failure.kind() == StartFailure.Kind.PERMISSION_DENIED ? "PermissionDenied" : "UnknownError";
    launchFailed(s, p, extension, type, failure.message());
  }

  private static void launchFailed(
      Step s, Phase.Initializing p, Extension extension, String errorType, String message) {
    s.put(extension.failed(ExtensionState.LAUNCH_ERROR, errorType, s.now));
    s.fatal(ErrorType.EXTENSION_LAUNCH_ERROR);
    failed(s, p, s.fatalOr(ErrorType.EXTENSION_LAUNCH_ERROR), message);
  }

  /** The runtime starts when the last external extension has registered. */
  static void startRuntimeIfRegistered(Step s, Phase.Initializing p) {
    boolean missing =
        s.anyExtension(
            extension -> extension.isExternal() && extension.state() == ExtensionState.STARTED);
    if (!p.runtimeStarted() && !missing) {
      startRuntime(s, p);
    }
  }

  private static void startRuntime(Step s, Phase.Initializing p) {
    s.enter(p.withRuntimeStarted());
    s.worker(WorkerSide.started(s.now));
    s.effects.add(new Effect.StartRuntime(s.state.generation()));
  }

  // ------------------------------------------------------------------ progress

  /** The runtime asks for an event: the first time, or from another worker. */
  static void workerReady(Step s, Phase.Initializing p, WorkerSlot call) {
    if (s.state.worker() == WorkerState.READY) {
      s.park(call);
    } else if (s.state.worker() == WorkerState.STARTED
        && p.runtimeStarted()
        && p.failure() == null) {
      s.park(call);
      runtimeDone(s, p);
    } else {
      s.refuse(call, WorkerState.READY);
    }
  }

  /** The runtime is ready for its snapshot. */
  static void snapshotReady(Step s, Phase.Initializing p, RestoreSlot call) {
    s.worker(s.state.side().in(WorkerState.SNAPSHOT_READY, s.now).withRestoreSlot(call));
    runtimeDone(s, p);
  }

  private static void runtimeDone(Step s, Phase.Initializing p) {
    if (s.config.owner().seesProcess()) {
      s.emit(new LifecycleEvent.InitRuntimeDone(p.initPhase(), Status.SUCCESS, null));
    }
    s.then(new Next.Progress());
  }

  private static boolean runtimeIsDone(Step s) {
    return s.state.worker() == WorkerState.READY || s.state.worker() == WorkerState.SNAPSHOT_READY;
  }

  /** Init is done when the runtime and all extensions have polled. */
  static void progress(Step s, Phase.Initializing p) {
    if (runtimeIsDone(s) && ExtensionEvents.allReady(s)) {
      done(s, p);
    }
  }

  private static void done(Step s, Phase.Initializing p) {
    long duration = s.now - p.startedNanos();
    if (s.config.owner().seesProcess()) {
      emitExtensions(s);
      s.emit(
          new LifecycleEvent.InitReport(
              p.initPhase(), Status.SUCCESS, null, null, duration, s.state.side().runtime()));
      if (p.initPhase() == InitPhase.INIT) {
        s.state =
            s.state.withUnreported(
                new SandboxState.Unreported(duration, s.state.unreported().restoreNanos()));
      }
    }
    s.effects.add(new Effect.CloseSubscriptions(s.state.generation()));
    discardHeldError(s);
    if (p.waiting().isEmpty()) {
      s.cancel(SandboxTimer.DEADLINE);
      s.enter(Phase.Serving.IDLE);
    } else if (s.state.worker() == WorkerState.SNAPSHOT_READY) {
      s.then(new Next.Restore(p.waiting()));
    } else {
      s.then(new Next.Serve(p.waiting()));
    }
  }

  private static void emitExtensions(Step s) {
    for (Extension extension : s.state.extensions()) {
      s.emit(
          new LifecycleEvent.ExtensionInit(
              extension.name(),
              extension.state().wireName(),
              extension.events().stream().map(Enum::name).sorted().toList(),
              extension.errorType().isEmpty() ? null : extension.errorType()));
    }
  }

  // ------------------------------------------------------------------ failures

  /**
   * Returns whether a runtime may report an init error and serve nevertheless: one of its workers
   * failed, and others may go on (contract lifecycle-and-control, section 9.4).
   */
  static boolean outlivesInitError(Step s) {
    if (!s.config.isShared() || !s.config.owner().seesProcess()) {
      return false;
    }
    return (s.state.phase() instanceof Phase.Serving && s.state.side().alive())
        || (s.state.phase() instanceof Phase.Initializing p && p.runtimeStarted());
  }

  /** The first error is kept; if the init fails, the callers that wait for it get it. */
  static void workerFailed(Step s, InitFailureCall call, Reply.ReportedError error) {
    if (s.state.initError() != null) {
      s.effects.add(new Effect.Discard(error));
      s.refuse(call, WorkerState.INIT_FAILED);
      return;
    }
    s.worker(s.state.side().withInitError(error));
    s.effects.add(new Effect.AcceptInitFailure(call));
    if (s.state.phase() instanceof Phase.Initializing p) {
      Failure failure = p.failure();
      if (failure != null) {
        failed(s, p, failure);
      }
    } else {
      s.effects.add(new Effect.Discard(error));
    }
  }

  /**
   * Returns the error of a worker that the callers get if the init fails, null if there is none.
   */
  private static Reply.@Nullable ReportedError heldError(Step s) {
    return outlivesInitError(s) ? s.state.initError() : null;
  }

  private static void discardHeldError(Step s) {
    Reply.ReportedError held = heldError(s);
    if (held != null) {
      s.effects.add(new Effect.Discard(held));
    }
  }

  /** The sandbox is reset or ends during an init. */
  static void cutShort(Step s, Phase.Initializing p) {
    emitFailure(
        s,
        p,
        Status.ERROR,
        ErrorType.RUNTIME_UNKNOWN.wireName(),
        LifecycleEvent.InitReport.INTERRUPTED);
    discardHeldError(s);
  }

  static void errorReported(
      Step s, Phase.Initializing p, InitFailureCall call, Reply.ReportedError error) {
    s.worker(s.state.side().in(WorkerState.INIT_FAILED, s.now).withInitError(error));
    s.effects.add(new Effect.AcceptInitFailure(call));
    Phase.Initializing answered = answerWaiting(s, p, error);
    Failure failure = p.failure();
    if (!s.config.owner().seesProcess()) {
      failed(s, answered, Status.ERROR, error.errorType(), "The runtime reported an init error");
    } else if (failure != null) {
      failed(s, answered, failure);
    } else {
      // The caller need not wait for the runtime to end; the sandbox does, for its last words.
      s.enter(answered);
      s.arm(SandboxTimer.GRACE, new Deadline(s.now + s.config.initErrorGrace().toNanos()));
    }
  }

  private static Phase.Initializing answerWaiting(
      Step s, Phase.Initializing p, Reply.ReportedError error) {
    long readers = p.waiting().stream().filter(each -> paysForInit(s, each)).count();
    if (readers == 0) {
      s.effects.add(new Effect.Discard(error));
      return p;
    }
    for (long another = 1; another < readers; another++) {
      s.effects.add(new Effect.Share(error));
    }
    List<WaitingInvocation> waiting = new ArrayList<>();
    for (WaitingInvocation each : p.waiting()) {
      if (paysForInit(s, each)) {
        s.complete(each.invocation(), error.outcome());
        waiting.add(each.withAnswer());
      } else {
        waiting.add(each);
      }
    }
    return p.with(List.copyOf(waiting));
  }

  static void runtimeStartFailed(Step s, Phase.Initializing p, StartFailure failure) {
    ErrorType error =
        switch (failure.kind()) {
          case INVALID_ENTRYPOINT, PERMISSION_DENIED -> ErrorType.RUNTIME_INVALID_ENTRYPOINT;
          case INVALID_WORKING_DIR -> ErrorType.RUNTIME_INVALID_WORKING_DIR;
          case NO_RESOURCES -> ErrorType.SANDBOX_FAILURE;
        };
    s.fatal(error);
    s.emit(new LifecycleEvent.ImageErrorLog(failure.message()));
    failed(s, p, s.fatalOr(error), failure.message());
  }

  /**
   * A process ended. A report of an init error that the runtime sent with its last breath may still
   * be on the wire.
   */
  static void processEnded(Step s, Phase.Initializing p, Failure failure) {
    Failure before = p.failure();
    boolean allRead = before != null && before.exitMayFollow();
    if (!failure.ofRuntime() || s.state.worker() != WorkerState.STARTED || allRead) {
      failed(s, p, failure);
    } else if (before == null) {
      s.enter(p.failingWith(s.settling(failure)));
    }
  }

  /** The worker cannot be used; the end of its process may be why. */
  static void workerBroken(Step s, Phase.Initializing p, Failure failure) {
    if (p.failure() != null) {
      return;
    }
    if (s.state.worker() == WorkerState.INIT_FAILED) {
      failed(s, p, Status.ERROR, reportedError(s), failure.message());
    } else if (failure.exitMayFollow() && s.state.worker() == WorkerState.STARTED) {
      s.enter(p.failingWith(failure));
      s.arm(SandboxTimer.GRACE, failure.settleDeadline());
    } else {
      failed(s, p, failure);
    }
  }

  static void graceOver(Step s, Phase.Initializing p) {
    Failure failure = p.failure();
    if (failure != null) {
      if (failure.settleDeadline().hasPassed(s.now)) {
        failed(s, p, failure);
      }
    } else if (s.state.worker() == WorkerState.INIT_FAILED) {
      failed(
          s,
          p,
          Status.ERROR,
          reportedError(s),
          "The runtime reported an init error and did not exit");
    }
  }

  private static String reportedError(Step s) {
    Reply.ReportedError reported = s.state.initError();
    return reported == null ? ErrorType.RUNTIME_UNKNOWN.wireName() : reported.errorType();
  }

  /** Returns whether an invocation gets the error if this init fails. */
  private static boolean paysForInit(Step s, WaitingInvocation waiting) {
    return waiting.startedNanos() != null
        || !s.config.owner().seesProcess()
        || !s.config.initsInsideInvocation();
  }

  /**
   * Returns whether an invocation came when the runtime had reported the error of its init, and
   * only had to end: it has nothing to do with that init.
   */
  private static boolean cameAfterReport(Step s, WaitingInvocation waiting) {
    return s.state.worker() == WorkerState.INIT_FAILED
        && s.config.owner().seesProcess()
        && !s.config.initsInsideInvocation()
        && !waiting.answered()
        && !waiting.invocation().reserved();
  }

  private static void failed(Step s, Phase.Initializing p, Failure failure) {
    s.fatal(failure.error());
    failed(s, p, failure.error(), failure.message());
  }

  private static void failed(Step s, Phase.Initializing p, ErrorType error, String message) {
    failed(s, p, Status.ERROR, error.wireName(), message, s.failed(error, message));
  }

  private static void failed(
      Step s, Phase.Initializing p, Status status, String errorType, String message) {
    failed(s, p, status, errorType, message, s.failed(ErrorType.SANDBOX_FAILURE, message));
  }

  /**
   * Ends an init that failed.
   *
   * @param otherwise the outcome for a waiting caller if the runtime reported nothing itself
   */
  private static void failed(
      Step s,
      Phase.Initializing p,
      Status status,
      String errorType,
      String message,
      Outcome otherwise) {
    Reply.ReportedError held = heldError(s);
    if (held == null) {
      emitFailure(s, p, status, errorType, message);
      endPayers(s, p, status, errorType, message, otherwise);
    } else {
      emitFailure(s, p, Status.ERROR, held.errorType(), message);
      Phase.Initializing answered = answerWaiting(s, p, held);
      endPayers(s, answered, Status.ERROR, held.errorType(), message, otherwise);
    }
  }

  /** Ends the invocations that pay for an init that failed, and resets the sandbox. */
  private static void endPayers(
      Step s,
      Phase.Initializing p,
      Status status,
      String errorType,
      String message,
      Outcome otherwise) {
    s.cancel(SandboxTimer.GRACE);
    s.cancel(SandboxTimer.DEADLINE);
    List<WaitingInvocation> left = new ArrayList<>();
    boolean reserved = false;
    for (WaitingInvocation each : p.waiting()) {
      if (!paysForInit(s, each) || cameAfterReport(s, each)) {
        left.add(each);
        continue;
      }
      reserved |= each.invocation().reserved();
      if (!each.answered()) {
        s.complete(each.invocation(), otherwise);
      }
      announce(s, each);
      if (!each.answered()) {
        s.emit(new LifecycleEvent.Fault(each.invocation(), status, errorType, message));
      }
      String reported = status == Status.TIMEOUT ? null : errorType;
      Reports.report(s, each.invocation(), status, reported, Timeline.begun(p.startOf(each)));
      s.available(each.invocation());
    }
    ShutdownReason reason =
        status == Status.TIMEOUT ? ShutdownReason.TIMEOUT : ShutdownReason.FAILURE;
    Reports.resetAfter(s, reserved, reason, List.copyOf(left));
  }

  /** Reports that an invocation that pays for an init has begun, unless that was reported. */
  private static void announce(Step s, WaitingInvocation waiting) {
    if (!waiting.announced()) {
      s.emit(new LifecycleEvent.Start(waiting.invocation()));
    }
  }

  static void deadlinePassed(Step s, Phase.Initializing p) {
    if (!enforcedDeadline(p).hasPassed(s.now)) {
      return;
    }
    if (!s.config.initsInsideInvocation() && !p.deadline().hasPassed(s.now)) {
      endLate(s, p);
      return;
    }
    Failure failure = p.failure();
    if (failure != null) {
      failed(s, p, failure);
      return;
    }
    if (!s.config.initsInsideInvocation()) {
      tookTooLong(s, p);
      return;
    }
    emitFailure(s, p, Status.TIMEOUT, null, null);
    s.cancel(SandboxTimer.GRACE);
    List<WaitingInvocation> left = new ArrayList<>();
    boolean anyLate =
        p.initPhase() == InitPhase.INVOKE
            && p.waiting().stream().anyMatch(each -> each.deadline().hasPassed(s.now));
    for (WaitingInvocation each : p.waiting()) {
      boolean late = p.initPhase() == InitPhase.INVOKE && each.deadline().hasPassed(s.now);
      if (!late && !each.answered()) {
        // Invocations start in the order of their arrival, also if a later one times out first.
        boolean starts = anyLate && each.startedNanos() != null;
        if (starts) {
          announce(s, each);
        }
        left.add(starts ? each.withAnnounced() : each);
        continue;
      }
      announce(s, each);
      Timeline timeline = Timeline.begun(p.startOf(each));
      if (late) {
        Reports.timeout(s, each.invocation(), each.answered(), timeline);
      } else {
        Reports.report(s, each.invocation(), Status.ERROR, reportedError(s), timeline);
      }
      s.available(each.invocation());
    }
    s.then(new Next.Reset(ShutdownReason.TIMEOUT, List.copyOf(left)));
  }

  /** Ends the invocations that the predecessor of this runtime began and whose time is over. */
  private static void endLate(Step s, Phase.Initializing p) {
    List<WaitingInvocation> left = new ArrayList<>();
    for (WaitingInvocation each : p.waiting()) {
      if (each.enforcedDeadline().hasPassed(s.now)) {
        Reports.timeout(s, each.invocation(), each.answered(), Timeline.begun(p.startOf(each)));
        s.available(each.invocation());
      } else {
        left.add(each);
      }
    }
    Phase.Initializing rest = p.with(List.copyOf(left));
    s.enter(rest);
    armDeadline(s, rest);
  }

  /** The callers that wait get the end of an init that is not repeated. */
  private static void tookTooLong(Step s, Phase.Initializing p) {
    if (heldError(s) != null || s.state.worker() == WorkerState.INIT_FAILED) {
      failed(s, p, Status.ERROR, reportedError(s), "The runtime reported an init error");
      return;
    }
    s.fatal(ErrorType.SANDBOX_TIMEDOUT);
    Duration budget = Duration.ofNanos(p.deadline().nanos() - p.startedNanos());
    String message = s.config.messages().timedOut(budget);
    emitFailure(s, p, Status.TIMEOUT, null, null);
    endPayers(
        s,
        p,
        Status.TIMEOUT,
        ErrorType.SANDBOX_TIMEDOUT.wireName(),
        message,
        s.failed(ErrorType.SANDBOX_TIMEDOUT, message));
  }

  /** Reports an init that did not end well; what was reported before is not reported again. */
  static void emitFailure(
      Step s,
      Phase.Initializing p,
      Status status,
      @Nullable String errorType,
      @Nullable String message) {
    if (!s.config.owner().seesProcess()) {
      return;
    }
    if (p.runtimeStarted() && !runtimeIsDone(s)) {
      s.emit(new LifecycleEvent.InitRuntimeDone(p.initPhase(), status, errorType));
    }
    emitExtensions(s);
    s.emit(
        new LifecycleEvent.InitReport(
            p.initPhase(),
            status,
            errorType,
            message,
            s.now - p.startedNanos(),
            s.state.side().runtime()));
  }
}

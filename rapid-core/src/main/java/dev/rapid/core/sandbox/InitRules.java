package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a sandbox is initialised, before an invocation or inside of one (contract
 * lifecycle-and-control, sections 4.3 and 4.4; contract runtime-extensions-telemetry, section 2.5).
 */
final class InitRules {

  private InitRules() {}

  // ------------------------------------------------------------------ the beginning

  /** Returns when the next init runs if an invocation asks for it. */
  static InitPhase phaseOfNext(Step s) {
    return s.state.generation() == 0 ? InitPhase.INIT : InitPhase.INVOKE;
  }

  /** Begins an init that no invocation waits for. */
  static void startAlone(Step s, Duration timeout) {
    start(s, InitPhase.INIT, null, Phase.NOT_BEGUN, Step.deadlineAfter(s.now, timeout));
  }

  static void start(Step s, InitPhase initPhase, @Nullable Invocation waiting, long begunNanos) {
    long deadline =
        initPhase == InitPhase.INVOKE && waiting != null
            ? InvocationRules.deadlineOf(
                waiting, begunNanos == Phase.NOT_BEGUN ? s.now : begunNanos)
            : Step.deadlineAfter(s.now, s.config.initTimeout());
    start(s, initPhase, waiting, begunNanos, deadline);
  }

  private static void start(
      Step s, InitPhase initPhase, @Nullable Invocation waiting, long begunNanos, long deadline) {
    Phase.Initializing initializing =
        Phase.Initializing.begun(initPhase, s.now, deadline, waiting, begunNanos);
    s.state = s.state.nextGeneration().in(initializing);
    s.effects.add(new Effect.OpenSubscriptions(s.state.generation()));
    if (s.config.attached()) {
      startAttached(s, initializing);
      return;
    }
    s.emit(new LifecycleEvent.InitStart(initPhase));
    if (s.config.extensions()) {
      s.effects.add(new Effect.FindExtensions(s.state.generation()));
    } else {
      startRuntime(s, initializing);
    }
    s.armDeadline(enforcedDeadlineOf(initializing));
  }

  /**
   * Returns when an init is ended; that of an invocation on a reservation is not, because whoever
   * has reserved the sandbox enforces the deadline.
   */
  static long enforcedDeadlineOf(Phase.Initializing p) {
    Invocation waiting = p.waiting();
    boolean left = p.initPhase() == InitPhase.INVOKE && waiting != null && waiting.reserved();
    return left ? SandboxState.NO_DEADLINE : p.deadlineNanos();
  }

  /** Only a runtime that the user started can have outlived a reset. */
  private static void startAttached(Step s, Phase.Initializing initializing) {
    List<NextCall> polls = s.state.parked();
    RestoreNextCall restorePoll = s.state.side().restorePoll();
    ExtensionRules.keepWaiting(s);
    startRuntime(s, initializing);
    s.armDeadline(initializing.deadlineNanos());
    if (!(s.state.phase() instanceof Phase.Initializing p)) {
      return;
    }
    if (!polls.isEmpty()) {
      s.runtime(s.state.side().in(RuntimeState.READY, s.now).withPolls(polls));
      progress(s, p);
    } else if (restorePoll != null) {
      runtimePolledRestore(s, p, restorePoll);
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
      s.add(Extension.started(names.get(Extension.LIMIT), s.now));
      launchFailed(
          s,
          p,
          names.get(Extension.LIMIT),
          "TooManyExtensions",
          "There are " + names.size() + " extensions; " + Extension.LIMIT + " are possible");
    } else {
      extensionRegistered(s, p);
    }
  }

  static void extensionStartFailed(Step s, String name, StartFailure failure) {
    Extension extension = s.extensionByName(name);
    if (extension == null || extension.state() != ExtensionState.STARTED) {
      return;
    }
    if (s.state.phase() instanceof Phase.Initializing p) {
      String type =
          failure.kind() == StartFailure.Kind.PERMISSION_DENIED
              ? "PermissionDenied"
              : "UnknownError";
      launchFailed(s, p, name, type, failure.message());
    } else {
      Stop stop = StopRules.stopOf(s.state.phase());
      if (stop != null) {
        StopRules.extensionExited(s, stop, extension, new ProcessExit.Exited(1));
      }
    }
  }

  private static void launchFailed(
      Step s, Phase.Initializing p, String name, String errorType, String message) {
    Extension extension = s.extensionByName(name);
    if (extension != null) {
      s.put(extension.failed(ExtensionState.LAUNCH_ERROR, errorType, s.now));
    }
    s.fatal(ErrorType.EXTENSION_LAUNCH_ERROR);
    failed(s, p, s.fatalOr(ErrorType.EXTENSION_LAUNCH_ERROR), message);
  }

  /** The runtime starts when the last external extension has registered. */
  static void extensionRegistered(Step s, Phase.Initializing p) {
    boolean missing =
        s.anyExtension(
            extension -> extension.isExternal() && extension.state() == ExtensionState.STARTED);
    if (!p.runtimeStarted() && !missing) {
      startRuntime(s, p);
    }
  }

  private static void startRuntime(Step s, Phase.Initializing p) {
    s.enter(p.withRuntimeStarted());
    s.runtime(RuntimeSide.started(s.now));
    s.effects.add(new Effect.StartRuntime(s.state.generation()));
  }

  // ------------------------------------------------------------------ progress

  /** The runtime polls for the first time. */
  static void runtimePolled(Step s, Phase.Initializing p, NextCall call) {
    s.park(call);
    runtimeDone(s, p);
    progress(s, p);
  }

  /** The runtime is ready for its snapshot. */
  static void runtimePolledRestore(Step s, Phase.Initializing p, RestoreNextCall call) {
    s.runtime(s.state.side().in(RuntimeState.RESTORE_READY, s.now).withRestorePoll(call));
    runtimeDone(s, p);
    progress(s, p);
  }

  private static void runtimeDone(Step s, Phase.Initializing p) {
    if (!s.config.attached()) {
      s.emit(new LifecycleEvent.InitRuntimeDone(p.initPhase(), Status.SUCCESS, null));
    }
  }

  private static boolean runtimeIsDone(Step s) {
    return s.state.runtime() == RuntimeState.READY
        || s.state.runtime() == RuntimeState.RESTORE_READY;
  }

  /** Init is done when the runtime and all extensions have polled. */
  static void progress(Step s, Phase.Initializing p) {
    if (runtimeIsDone(s) && ExtensionRules.allReady(s)) {
      done(s, p);
    }
  }

  private static void done(Step s, Phase.Initializing p) {
    long duration = s.now - p.startedNanos();
    if (!s.config.attached()) {
      emitExtensions(s);
      s.emit(new LifecycleEvent.InitReport(p.initPhase(), Status.SUCCESS, null, null, duration));
      if (p.initPhase() == InitPhase.INIT) {
        s.state =
            s.state.withUnreported(
                new SandboxState.Unreported(duration, s.state.unreported().restoreNanos()));
      }
    }
    s.effects.add(new Effect.CloseSubscriptions(s.state.generation()));
    Invocation waiting = p.waiting();
    if (waiting == null) {
      s.cancel(SandboxTimer.DEADLINE);
      s.enter(new Phase.Ready());
    } else if (s.state.runtime() == RuntimeState.RESTORE_READY) {
      RestoreRules.startAfterInit(s, p, waiting);
    } else if (p.initPhase() == InitPhase.INIT && !p.begun()) {
      InvocationRules.begin(s, waiting);
    } else {
      announce(s, p);
      InvocationRules.run(s, waiting, p.invocationStartedNanos(), p.deadlineNanos());
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

  /** Tells that the invocation that pays for an init has begun, unless that was told before. */
  static void announce(Step s, Phase.Initializing p) {
    if (p.waiting() != null && !p.begun()) {
      s.emit(new LifecycleEvent.Start(p.waiting()));
    }
  }

  // ------------------------------------------------------------------ failures

  static void errorReported(Step s, InitErrorCall call, Reply.ReportedError error) {
    if (s.state.phase() instanceof Phase.Restoring p
        && s.state.runtime() == RuntimeState.RESTORING) {
      s.effects.add(new Effect.Discard(error));
      s.effects.add(new Effect.AcceptInitError(call));
      RestoreRules.hookFailed(s, p, error.errorType());
      return;
    }
    if (!(s.state.phase() instanceof Phase.Initializing p)
        || !p.runtimeStarted()
        || s.state.runtime() != RuntimeState.STARTED) {
      s.effects.add(new Effect.Discard(error));
      s.refuse(call, RuntimeState.INIT_ERROR);
      return;
    }
    s.runtime(s.state.side().in(RuntimeState.INIT_ERROR, s.now).withInitError(error));
    s.effects.add(new Effect.AcceptInitError(call));
    Phase.Initializing told = tellWaiting(s, p, error);
    Failure failure = p.failure();
    if (s.config.attached()) {
      failed(s, told, Status.ERROR, error.errorType(), "The runtime reported an init error");
    } else if (failure != null) {
      failed(s, told, failure.error(), failure.message());
    } else {
      // The caller need not wait for the runtime to end; the sandbox does, for its last words.
      s.enter(told);
      s.arm(SandboxTimer.GRACE, s.now + s.config.initErrorGrace().toNanos());
    }
  }

  private static Phase.Initializing tellWaiting(
      Step s, Phase.Initializing p, Reply.ReportedError error) {
    Invocation waiting = p.waiting();
    if (waiting == null || !paysForInit(s, p)) {
      s.effects.add(new Effect.Discard(error));
      return p;
    }
    s.complete(waiting, error.outcome());
    return p.waitingFor(waiting, true);
  }

  static void runtimeStartFailed(Step s, StartFailure failure) {
    s.runtime(s.state.side().ended());
    Stop stop = StopRules.stopOf(s.state.phase());
    if (stop != null) {
      StopRules.runtimeExited(s, stop);
    } else if (s.state.phase() instanceof Phase.Initializing p) {
      ErrorType error =
          switch (failure.kind()) {
            case INVALID_ENTRYPOINT, PERMISSION_DENIED -> ErrorType.RUNTIME_INVALID_ENTRYPOINT;
            case INVALID_WORKING_DIR -> ErrorType.RUNTIME_INVALID_WORKING_DIR;
          };
      s.fatal(error);
      s.emit(new LifecycleEvent.ImageErrorLog(failure.message()));
      failed(s, p, s.fatalOr(error), failure.message());
    }
  }

  /** A report of an init error that it sent with its last breath may still be on the wire. */
  static void runtimeExited(Step s, Phase.Initializing p, Failure failure) {
    if (s.state.runtime() != RuntimeState.STARTED) {
      failed(s, p, failure.error(), failure.message());
    } else if (p.failure() == null) {
      s.enter(p.afterFailure(s.settling(failure, s.config.settleTime())));
    }
  }

  static void graceOver(Step s, Phase.Initializing p) {
    Failure failure = p.failure();
    if (failure != null) {
      if (s.passed(failure.believedNanos())) {
        failed(s, p, failure.error(), failure.message());
      }
    } else if (s.state.runtime() == RuntimeState.INIT_ERROR) {
      Reply.ReportedError reported = s.state.initError();
      failed(
          s,
          p,
          Status.ERROR,
          reported == null ? ErrorType.RUNTIME_UNKNOWN.wireName() : reported.errorType(),
          "The runtime reported an init error and did not exit");
    }
  }

  /** Returns whether the waiting invocation gets the error if this init fails. */
  private static boolean paysForInit(Step s, Phase.Initializing p) {
    return p.initPhase() == InitPhase.INVOKE || s.config.attached();
  }

  static void failed(Step s, Phase.Initializing p, ErrorType error, String message) {
    failed(s, p, Status.ERROR, error.wireName(), message, new Outcome.Failed(error, message));
  }

  private static void failed(
      Step s, Phase.Initializing p, Status status, String errorType, String message) {
    failed(
        s, p, status, errorType, message, new Outcome.Failed(ErrorType.SANDBOX_FAILURE, message));
  }

  /**
   * Ends an init that failed.
   *
   * @param otherwise the outcome for the waiting caller if the runtime reported nothing itself
   */
  private static void failed(
      Step s,
      Phase.Initializing p,
      Status status,
      String errorType,
      String message,
      Outcome otherwise) {
    emitFailure(s, p, status, errorType, message);
    s.cancel(SandboxTimer.GRACE);
    s.cancel(SandboxTimer.DEADLINE);
    Invocation waiting = p.waiting();
    if (waiting == null || !paysForInit(s, p)) {
      StopRules.reset(s, waiting, ShutdownReason.FAILURE);
      return;
    }
    if (!p.answered()) {
      s.complete(waiting, otherwise);
    }
    announce(s, p);
    if (!p.answered()) {
      s.emit(new LifecycleEvent.Fault(waiting, status, errorType, message));
    }
    InvocationRules.report(
        s, waiting, status, errorType, Timeline.begun(p.invocationStartedNanos()));
    s.available(waiting);
    InvocationRules.resetAfter(s, waiting, ShutdownReason.FAILURE);
  }

  static void deadlinePassed(Step s, Phase.Initializing p) {
    Failure failure = p.failure();
    if (failure != null) {
      failed(s, p, failure.error(), failure.message());
      return;
    }
    emitFailure(s, p, Status.TIMEOUT, null, null);
    s.cancel(SandboxTimer.GRACE);
    if (p.initPhase() == InitPhase.INIT || p.waiting() == null) {
      StopRules.reset(s, p.waiting(), ShutdownReason.TIMEOUT);
    } else {
      announce(s, p);
      InvocationRules.timeOut(
          s, p.waiting(), p.answered(), Timeline.begun(p.invocationStartedNanos()));
    }
  }

  /** Tells of an init that did not end well; what is done already is not told again. */
  static void emitFailure(
      Step s,
      Phase.Initializing p,
      Status status,
      @Nullable String errorType,
      @Nullable String message) {
    if (s.config.attached()) {
      return;
    }
    if (p.runtimeStarted() && !runtimeIsDone(s)) {
      s.emit(new LifecycleEvent.InitRuntimeDone(p.initPhase(), status, errorType));
    }
    emitExtensions(s);
    s.emit(
        new LifecycleEvent.InitReport(
            p.initPhase(), status, errorType, message, s.now - p.startedNanos()));
  }
}

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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a sandbox does: a pure function from a state and an event to the next state and the
 * effects to carry out. It has no clock, no thread and no I/O; the moment comes in with the event.
 *
 * <p>This class says which rule answers an event in which phase; the rules are in {@link
 * InitRules}, {@link RestoreRules}, {@link InvocationRules}, {@link InvocationFailures}, {@link
 * ExtensionRules}, {@link StopRules} and {@link FreezeRules}. They are those of contract
 * runtime-extensions-telemetry, sections 1 to 3, and of contract lifecycle-and-control, section 4.
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
    answer(s, event);
    return ended(s, state);
  }

  private static Transition ended(Step s, SandboxState before) {
    for (Next next = s.takeNext(); next != null; next = s.takeNext()) {
      goOn(s, next);
    }
    FreezeRules.settle(s, before);
    return s.transition();
  }

  /**
   * Answers an event whose rule threw: refuses its call, fails all invocations with {@code
   * Sandbox.Failure} and resets the sandbox. A stop that is under way goes on: it kills what is
   * left, or goes to its next stage if the event was the end of the last one.
   *
   * @param state the state before the event
   * @param nowNanos when the event happened, as a reading of the nano clock
   */
  public Transition recover(SandboxState state, SandboxEvent event, long nowNanos) {
    Step s = new Step(config, state, nowNanos);
    Recovery.answer(s, event);
    if (event instanceof SandboxEvent.ReplyEnded e) {
      InvocationRules.forgetReply(s, e.call());
    }
    boolean forGood = event instanceof SandboxEvent.ShutdownRequested;
    ResetCall call = event instanceof SandboxEvent.ResetRequested e ? e.call() : null;
    Stop underWay = state.phase().stop();
    if (underWay != null) {
      endAll(s, Recovery.cut());
      Stop stop = underWay.waitedForBy(call);
      boolean comesBack = state.phase() instanceof Phase.Resetting && !forGood;
      s.enter(comesBack ? new Phase.Resetting(stop, List.of()) : new Phase.ShuttingDown(stop));
      // No invocation waits any more. The stop has to go on, or the event would be lost.
      if (event instanceof SandboxEvent.ProcessesGone(int generation)
          && isCurrent(s, generation)
          && stop.stage() == Stop.Stage.KILLING) {
        StopRules.processesGone(s, stop);
      } else if (event instanceof SandboxEvent.Disconnected(int generation)
          && isCurrent(s, generation)
          && stop.stage() == Stop.Stage.DISCONNECTING) {
        StopRules.disconnected(s, stop);
      } else {
        StopRules.kill(s, stop);
      }
    } else if (state.phase() instanceof Phase.Cold || state.phase() instanceof Phase.Terminated) {
      if (call != null) {
        answerNow(s, call);
      }
      if (forGood && state.phase() instanceof Phase.Cold) {
        StopRules.terminate(s);
      }
    } else {
      endAll(s, Recovery.cut());
      s.cancel(SandboxTimer.DEADLINE);
      s.cancel(SandboxTimer.GRACE);
      s.state = s.state.withUnreported(SandboxState.Unreported.NOTHING);
      if (forGood) {
        StopRules.shutDown(s, Duration.ZERO);
      } else {
        StopRules.reset(s, new Next.Reset(ShutdownReason.FAILURE, List.of(), null, call));
      }
    }
    return ended(s, state);
  }

  private static void answer(Step s, SandboxEvent event) {
    switch (event) {
      case SandboxEvent.InitRequested(Duration timeout) -> initRequested(s, timeout);
      case SandboxEvent.InvokeRequested(Invocation invocation) -> invokeRequested(s, invocation);
      case SandboxEvent.CallerGone(Invocation invocation) -> callerGone(s, invocation);
      case SandboxEvent.InvocationCancelled(Invocation invocation) ->
          invocationCancelled(s, invocation);
      case SandboxEvent.RestoreRequested(RestoreCall call, Duration timeout) ->
          RestoreRules.requested(s, call, timeout);
      case SandboxEvent.ResetRequested(ResetCall call, ShutdownReason reason, Duration budget) ->
          resetRequested(s, call, reason, budget);
      case SandboxEvent.ShutdownRequested(Duration budget) -> shutdownRequested(s, budget);

      case SandboxEvent.WorkerReady(WorkerSlot call) -> workerReady(s, call);
      case SandboxEvent.SlotWithdrawn(WorkerSlot call) -> slotWithdrawn(s, call);
      case SandboxEvent.DeliveryFailed(WorkerSlot call) -> InvocationRules.deliveryFailed(s, call);
      case SandboxEvent.DeliveryLost(WorkerSlot call) -> InvocationRules.connectionClosed(s, call);
      case SandboxEvent.WorkerEnded(WorkerSlot call) -> InvocationRules.workerEnded(s, call);
      case SandboxEvent.WorkerBroken e -> {
        if (isCurrent(s, e.generation())) {
          workerBroken(s, e);
        }
      }
      case SandboxEvent.WorkerDescribed(int generation, String runtime) -> {
        if (isCurrent(s, generation)) {
          s.worker(s.state.side().describedAs(runtime));
        }
      }
      case SandboxEvent.ReplyBegan(var call, ReplyKind kind, String requestId, var deliveryId) ->
          InvocationRules.replyBegan(s, call, kind, requestId, deliveryId);
      case SandboxEvent.ReplyEnded(WorkerReply call, Reply reply) ->
          InvocationRules.replyEnded(s, call, reply);
      case SandboxEvent.InitFailed(InitFailureCall call, Reply.ReportedError error) ->
          initErrorReported(s, call, error);
      case SandboxEvent.SnapshotReady(RestoreSlot call) -> snapshotReady(s, call);
      case SandboxEvent.RestoreSlotWithdrawn(RestoreSlot call) ->
          RestoreRules.slotWithdrawn(s, call);
      case SandboxEvent.RestoreFailed(RestoreFailureCall call, String errorType) ->
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
        Stop stop = s.state.phase().stop();
        if (isCurrent(s, generation) && stop != null) {
          StopRules.flushed(s, stop);
        }
      }
      case SandboxEvent.TelemetrySettled(int generation) -> {
        if (isCurrent(s, generation)) {
          FreezeRules.telemetrySettled(s);
        }
      }
      case SandboxEvent.ExtensionsFound(int generation, var names) -> {
        if (isCurrent(s, generation)) {
          InitRules.extensionsFound(s, names);
        }
      }
      case SandboxEvent.RuntimeStartFailed(int generation, var failure) -> {
        if (isCurrent(s, generation)) {
          runtimeStartFailed(s, failure);
        }
      }
      case SandboxEvent.ExtensionStartFailed(int generation, String name, var failure) -> {
        if (isCurrent(s, generation)) {
          extensionStartFailed(s, name, failure);
        }
      }
      case SandboxEvent.RuntimeExited(int generation, ProcessExit exit) -> {
        if (isCurrent(s, generation)) {
          runtimeExited(s, exit);
        }
      }
      case SandboxEvent.ExtensionExited(int generation, String name, ProcessExit exit) -> {
        if (isCurrent(s, generation)) {
          extensionExited(s, name, exit);
        }
      }
      case SandboxEvent.ProcessesGone(int generation) -> {
        Stop stop = s.state.phase().stop();
        if (isCurrent(s, generation) && stop != null) {
          StopRules.processesGone(s, stop);
        }
      }
      case SandboxEvent.Disconnected(int generation) -> {
        Stop stop = s.state.phase().stop();
        if (isCurrent(s, generation) && stop != null) {
          StopRules.disconnected(s, stop);
        }
      }
      case SandboxEvent.TimerFired(SandboxTimer timer) -> {
        switch (timer) {
          case DEADLINE -> deadlinePassed(s);
          case GRACE -> graceOver(s);
          case FREEZE -> FreezeRules.delayOver(s);
        }
      }
    }
  }

  private static void goOn(Step s, Next next) {
    switch (next) {
      case Next.Init(InitPhase initPhase, var waiting) -> InitRules.start(s, initPhase, waiting);
      case Next.Restore(var waiting) -> RestoreRules.startFor(s, waiting);
      case Next.Serve(var waiting) -> InvocationRules.serve(s, waiting);
      case Next.Reset reset -> StopRules.reset(s, reset);
      case Next.StartRuntime() -> {
        if (s.state.phase() instanceof Phase.Initializing p) {
          InitRules.startRuntimeIfRegistered(s, p);
        }
      }
      case Next.Progress() -> {
        if (s.state.phase() instanceof Phase.Initializing p) {
          InitRules.progress(s, p);
        } else if (s.state.phase() instanceof Phase.Serving) {
          InvocationRules.progress(s);
        }
      }
    }
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
    List<WaitingInvocation> alone = List.of(WaitingInvocation.arrived(invocation));
    switch (s.state.phase()) {
      case Phase.Cold() -> {
        boolean first = s.state.generation() == 0;
        s.then(new Next.Init(first ? InitPhase.INIT : InitPhase.INVOKE, alone));
      }
      case Phase.Serving p -> InvocationRules.requested(s, p, invocation);
      case Phase.Restoring p when p.failed() -> {
        s.cancel(SandboxTimer.GRACE);
        s.then(new Next.Reset(ShutdownReason.FAILURE, alone));
      }
      case Phase.Failed() -> s.then(new Next.Reset(ShutdownReason.FAILURE, alone));
      case Phase.Initializing p -> waitToo(s, invocation);
      case Phase.Restoring p -> waitToo(s, invocation);
      case Phase.Resetting p -> waitToo(s, invocation);
      case Phase.ShuttingDown p -> s.reject(invocation, Outcome.Rejection.SHUTTING_DOWN);
      case Phase.Terminated() -> s.reject(invocation, Outcome.Rejection.SHUTTING_DOWN);
    }
  }

  private static void waitToo(Step s, Invocation invocation) {
    List<WaitingInvocation> waiting = s.state.waiting();
    if (waiting.size() < s.config.capacity()) {
      s.enter(s.state.phase().with(Phase.longer(waiting, WaitingInvocation.arrived(invocation))));
    } else {
      s.reject(invocation, Outcome.Rejection.FUNCTION_BUSY);
    }
  }

  /** Only an invocation whose time does not count yet is dropped; any other runs to its end. */
  @SuppressWarnings("ReferenceEquality") // Callers choose ids, so that two may be equal.
  private static void callerGone(Step s, Invocation invocation) {
    List<WaitingInvocation> left =
        s.state.waiting().stream()
            .filter(each -> each.invocation() != invocation || each.startedNanos() != null)
            .toList();
    if (left.size() != s.state.waiting().size()) {
      s.enter(s.state.phase().with(left));
      s.reject(invocation, Outcome.Rejection.CALLER_GONE);
    }
  }

  private static void invocationCancelled(Step s, Invocation invocation) {
    if (s.state.phase() instanceof Phase.Serving p) {
      InvocationFailures.cancelled(s, p, invocation);
    }
    waitingCancelled(s, invocation);
  }

  /** Drops an invocation that waits, also one that has begun: its runtime never had it. */
  @SuppressWarnings("ReferenceEquality") // Callers choose ids, so that two may be equal.
  private static void waitingCancelled(Step s, Invocation invocation) {
    List<WaitingInvocation> waiting = s.state.waiting();
    List<WaitingInvocation> left =
        waiting.stream()
            .filter(each -> each.invocation() != invocation || each.answered())
            .toList();
    if (left.size() == waiting.size()) {
      return;
    }
    s.enter(s.state.phase().with(left));
    for (WaitingInvocation each : waiting) {
      if (each.invocation() == invocation) {
        Reports.cutShort(s, each, InvocationFailures.CANCELLED);
      }
    }
    switch (s.state.phase()) {
      case Phase.Initializing p -> InitRules.armDeadline(s, p);
      case Phase.Restoring p -> RestoreRules.armDeadline(s, p);
      case Phase.Serving p -> s.armInvocationDeadline();
      default -> {}
    }
  }

  // ------------------------------------------------------------------ the runtime

  private static void workerReady(Step s, WorkerSlot call) {
    switch (s.state.phase()) {
      case Phase.Initializing p -> InitRules.workerReady(s, p, call);
      case Phase.Restoring p -> RestoreRules.workerReady(s, p, call);
      case Phase.Serving p -> InvocationRules.workerReady(s, p, call);
      // A runtime that the user started goes on during a reset.
      case Phase.Resetting p when s.config.owner().survivesReset() -> s.park(call);
      // Clients take a refusal for a fault of theirs; the connection is closed soon.
      case Phase.Resetting p -> s.hold(call);
      case Phase.ShuttingDown p -> s.hold(call);
      case Phase.Failed() -> s.hold(call);
      case Phase.Cold() -> s.refuse(call, WorkerState.READY);
      case Phase.Terminated() -> s.refuse(call, WorkerState.READY);
    }
  }

  private static void slotWithdrawn(Step s, WorkerSlot call) {
    if (s.state.slots().contains(call)) {
      s.worker(s.state.side().without(call));
    }
  }

  private static void snapshotReady(Step s, RestoreSlot call) {
    if (s.state.phase() instanceof Phase.Initializing p
        && p.runtimeStarted()
        && s.state.worker() == WorkerState.STARTED
        && p.failure() == null) {
      InitRules.snapshotReady(s, p, call);
    } else {
      RestoreRules.snapshotReady(s, call);
    }
  }

  private static void initErrorReported(Step s, InitFailureCall call, Reply.ReportedError error) {
    if (InitRules.outlivesInitError(s)) {
      InitRules.workerFailed(s, call, error);
      return;
    }
    if (s.state.phase() instanceof Phase.Initializing p
        && p.runtimeStarted()
        && s.state.worker() == WorkerState.STARTED) {
      InitRules.errorReported(s, p, call, error);
      return;
    }
    s.effects.add(new Effect.Discard(error));
    if (s.state.phase() instanceof Phase.Restoring p && s.state.worker() == WorkerState.RESTORING) {
      s.effects.add(new Effect.AcceptInitFailure(call));
      RestoreRules.hookFailed(s, p, error.errorType());
    } else {
      s.refuse(call, WorkerState.INIT_FAILED);
    }
  }

  // ------------------------------------------------------------------ processes

  private static void runtimeStartFailed(Step s, StartFailure failure) {
    s.worker(s.state.side().ended());
    Stop stop = s.state.phase().stop();
    if (stop != null) {
      StopRules.runtimeExited(s, stop);
    } else if (s.state.phase() instanceof Phase.Initializing p) {
      InitRules.runtimeStartFailed(s, p, failure);
    }
  }

  private static void extensionStartFailed(Step s, String name, StartFailure failure) {
    Extension extension = s.extensionByName(name);
    if (extension == null || extension.state() != ExtensionState.STARTED) {
      return;
    }
    Stop stop = s.state.phase().stop();
    if (stop != null) {
      StopRules.extensionExited(s, stop, extension, new ProcessExit.Exited(1));
    } else if (s.state.phase() instanceof Phase.Initializing p) {
      InitRules.extensionStartFailed(s, p, extension, failure);
    }
  }

  private static void runtimeExited(Step s, ProcessExit exit) {
    s.worker(s.state.side().ended());
    Stop stop = s.state.phase().stop();
    if (stop != null) {
      StopRules.runtimeExited(s, stop);
      return;
    }
    s.fatal(ErrorType.RUNTIME_EXIT_ERROR);
    String message = s.config.messages().runtimeExited(exit);
    ErrorType error = s.fatalOr(ErrorType.RUNTIME_EXIT_ERROR);
    boolean isOrderly = s.config.messages().isOrderlyEnd(exit);
    processEnded(s, new Failure(error, message, true), isOrderly ? null : message);
  }

  /** The first thing that goes wrong is the exit, if one follows; else the broken protocol. */
  private static void workerBroken(Step s, SandboxEvent.WorkerBroken broken) {
    boolean wait =
        broken.exitMayFollow() && s.state.side().alive() && s.config.owner().seesProcess();
    Failure known = new Failure(s.fatalOr(broken.error()), broken.message(), true);
    Failure failure =
        wait ? known.awaitingExit(Deadline.after(s.now, SandboxConfig.EXIT_TIME)) : known;
    switch (s.state.phase()) {
      case Phase.Initializing p -> InitRules.workerBroken(s, p, failure);
      case Phase.Restoring p -> RestoreRules.workerBroken(s, p, failure);
      case Phase.Serving p when p.isIdle() -> {
        s.fatal(known.error());
        processEnded(s, known, broken.message());
      }
      case Phase.Serving p -> InvocationFailures.workerBroken(s, failure);
      case Phase.Cold() -> {}
      case Phase.Failed() -> {}
      case Phase.Resetting p -> {}
      case Phase.ShuttingDown p -> {}
      case Phase.Terminated() -> {}
    }
  }

  private static void extensionExited(Step s, String name, ProcessExit exit) {
    Extension extension = s.extensionByName(name);
    if (extension == null || !extension.alive()) {
      return;
    }
    Stop stop = s.state.phase().stop();
    if (stop != null) {
      StopRules.extensionExited(s, stop, extension, exit);
      return;
    }
    s.put(extension.ended());
    s.fatal(ErrorType.EXTENSION_CRASH);
    String message = s.config.messages().extensionExited(exit);
    ErrorType error = s.fatalOr(ErrorType.EXTENSION_CRASH);
    processEnded(s, new Failure(error, message, false), "Extension " + name + ": " + message);
  }

  /**
   * @param idleMessage what is reported if no invocation is concerned, null for nothing
   */
  private static void processEnded(Step s, Failure failure, @Nullable String idleMessage) {
    switch (s.state.phase()) {
      case Phase.Initializing p -> InitRules.processEnded(s, p, failure);
      case Phase.Restoring p -> RestoreRules.processEnded(s, p, failure);
      case Phase.Serving p when p.isIdle() -> {
        if (idleMessage != null) {
          s.emit(new LifecycleEvent.IdleExit(idleMessage));
        }
        s.state = s.state.withUnreported(SandboxState.Unreported.NOTHING);
        s.then(new Next.Reset(ShutdownReason.FAILURE, List.of()));
      }
      case Phase.Serving p -> InvocationFailures.processEnded(s, failure);
      case Phase.Cold() -> {}
      case Phase.Failed() -> {}
      case Phase.Resetting p -> {}
      case Phase.ShuttingDown p -> {}
      case Phase.Terminated() -> {}
    }
  }

  // ------------------------------------------------------------------ time

  private static void deadlinePassed(Step s) {
    switch (s.state.phase()) {
      case Phase.Initializing p -> InitRules.deadlinePassed(s, p);
      case Phase.Restoring p -> RestoreRules.deadlinePassed(s, p);
      case Phase.Serving p -> InvocationFailures.deadlinePassed(s, p);
      default -> {}
    }
  }

  private static void graceOver(Step s) {
    switch (s.state.phase()) {
      case Phase.Initializing p -> InitRules.graceOver(s, p);
      case Phase.Restoring p -> RestoreRules.graceOver(s, p);
      case Phase.Serving p -> InvocationFailures.graceOver(s, p);
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
    Status failed = error.wireName().startsWith("Sandbox.") ? Status.FAILURE : Status.ERROR;
    Reports.Cut cut =
        new Reports.Cut(
            s.failed(error, "The sandbox was reset (" + reason.wireName() + ")"),
            timeout ? Status.TIMEOUT : failed,
            timeout ? null : error.wireName());
    switch (s.state.phase()) {
      case Phase.Cold() -> {
        s.state = s.state.withLastFailure(null);
        answerNow(s, call);
      }
      case Phase.Terminated() -> answerNow(s, call);
      case Phase.ShuttingDown p -> s.enter(new Phase.ShuttingDown(p.stop().waitedForBy(call)));
      case Phase.Resetting p -> {
        Phase.Resetting waitedFor = new Phase.Resetting(p.stop().waitedForBy(call), p.waiting());
        s.enter(waitedFor);
        // A client that has reserved the sandbox resets it to be rid of its invocation.
        StopRules.cutReservedShort(s, waitedFor, cut);
      }
      case Phase.Initializing p -> reset(s, call, reason, budget, cut);
      case Phase.Serving p -> reset(s, call, reason, budget, cut);
      case Phase.Restoring p -> reset(s, call, reason, budget, cut);
      case Phase.Failed() -> reset(s, call, reason, budget, cut);
    }
  }

  private static void answerNow(Step s, ResetCall call) {
    s.effects.add(new Effect.AnswerReset(call, new ResetResult(0, null)));
  }

  private static void reset(
      Step s, ResetCall call, ShutdownReason reason, Duration budget, Reports.Cut cut) {
    endAll(s, cut);
    s.cancel(SandboxTimer.DEADLINE);
    s.cancel(SandboxTimer.GRACE);
    s.state = s.state.withUnreported(SandboxState.Unreported.NOTHING);
    s.then(new Next.Reset(reason, List.of(), budget, call));
  }

  private static void shutdownRequested(Step s, @Nullable Duration budget) {
    Reports.Cut cut =
        new Reports.Cut(
            new Outcome.Rejected(Outcome.Rejection.SHUTTING_DOWN),
            Status.FAILURE,
            ErrorType.SANDBOX_FAILURE.wireName());
    switch (s.state.phase()) {
      case Phase.Cold() -> StopRules.terminate(s);
      case Phase.Resetting p -> {
        endAll(s, cut);
        // The stop that is under way ends everything.
        StopRules.shutDown(s, p.stop());
      }
      case Phase.ShuttingDown p -> {}
      case Phase.Terminated() -> {}
      case Phase.Initializing p -> shutDown(s, budget, cut);
      case Phase.Serving p -> shutDown(s, budget, cut);
      case Phase.Restoring p -> shutDown(s, budget, cut);
      case Phase.Failed() -> shutDown(s, budget, cut);
    }
  }

  private static void shutDown(Step s, @Nullable Duration budget, Reports.Cut cut) {
    endAll(s, cut);
    StopRules.shutDown(s, budget);
  }

  /** Ends an init, a restore and all invocations because the sandbox is reset or ends. */
  private static void endAll(Step s, Reports.Cut cut) {
    Phase phase = s.state.phase();
    if (phase instanceof Phase.Restoring p) {
      RestoreRules.cutShort(s, p, cut.outcome());
      return;
    }
    if (phase instanceof Phase.Initializing p) {
      InitRules.cutShort(s, p);
    }
    phase.running().forEach(each -> Reports.cutShort(s, each, cut));
    phase.waiting().forEach(each -> Reports.cutShort(s, each, cut));
  }
}

package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.LifecycleEvent.Report;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Limits;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a sandbox does: a pure function from a state and an event to the next state and the
 * effects to carry out. It has no clock, no thread and no I/O; the moment comes in with the event.
 *
 * <p>The rules are those of the Runtime API contract (sections 1 and 2) and of the lifecycle
 * contract (section 4); where the reference implementation has a defect, those of the cloud.
 */
public class SandboxMachine {

  private static final Refusal INVALID_REQUEST_ID = new Refusal.InvalidRequestId();

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
    Step step = new Step(state, nowNanos);
    switch (event) {
      case SandboxEvent.InitRequested() -> step.initRequested();
      case SandboxEvent.InvokeRequested(Invocation invocation) -> step.invokeRequested(invocation);
      case SandboxEvent.CallerGone(Invocation invocation) -> step.callerGone(invocation);
      case SandboxEvent.RuntimePolledNext(NextCall call) -> step.runtimePolledNext(call);
      case SandboxEvent.NextAbandoned(NextCall call) -> step.nextAbandoned(call);
      case SandboxEvent.DeliveryFailed(NextCall call) -> step.deliveryFailed(call);
      case SandboxEvent.ResponseBegan(ReplyCall call, String requestId) ->
          step.replyBegan(call, requestId, RuntimeState.INVOCATION_RESPONSE);
      case SandboxEvent.ErrorBegan(ReplyCall call, String requestId) ->
          step.replyBegan(call, requestId, RuntimeState.INVOCATION_ERROR_RESPONSE);
      case SandboxEvent.ReplyEnded(ReplyCall call, Reply reply) -> step.replyEnded(call, reply);
      case SandboxEvent.InitErrorReported(InitErrorCall call, Reply.ReportedError error) ->
          step.initErrorReported(call, error);
      case SandboxEvent.RuntimeStartFailed(int generation, StartFailure failure) ->
          step.runtimeStartFailed(generation, failure);
      case SandboxEvent.RuntimeExited(int generation, ProcessExit exit) ->
          step.runtimeExited(generation, exit);
      case SandboxEvent.ProcessesGone(int generation) -> step.processesGone(generation);
      case SandboxEvent.TimerFired(SandboxTimer timer) -> step.timerFired(timer);
      case SandboxEvent.ShutdownRequested() -> step.shutdownRequested();
    }
    return new Transition(step.state, step.effects);
  }

  /** One transition in the making. */
  private final class Step {

    private final List<Effect> effects = new ArrayList<>(6);
    private final long now;
    private SandboxState state;

    Step(SandboxState state, long now) {
      this.state = state;
      this.now = now;
    }

    // ---------------------------------------------------------------- callers

    void initRequested() {
      if (state.phase() instanceof Phase.Cold) {
        startInit(InitPhase.INIT, null, Phase.NOT_BEGUN);
      }
    }

    void invokeRequested(Invocation invocation) {
      switch (state.phase()) {
        case Phase.Cold() -> startInit(phaseOfNextInit(), invocation, Phase.NOT_BEGUN);
        case Phase.Initializing p when p.waiting() == null ->
            state = state.in(p.waitingFor(invocation, false));
        case Phase.Ready() -> begin(invocation);
        case Phase.Resetting p when p.waiting() == null ->
            state = state.in(new Phase.Resetting(invocation, Phase.NOT_BEGUN));
        case Phase.Initializing p -> reject(invocation, Outcome.Rejection.THROTTLED);
        case Phase.Invoking p -> reject(invocation, Outcome.Rejection.THROTTLED);
        case Phase.Resetting p -> reject(invocation, Outcome.Rejection.THROTTLED);
        case Phase.ShuttingDown() -> reject(invocation, Outcome.Rejection.SHUTTING_DOWN);
        case Phase.Terminated() -> reject(invocation, Outcome.Rejection.SHUTTING_DOWN);
      }
    }

    /** Only an invocation that has not begun is dropped; a running one runs to its end. */
    @SuppressWarnings("ReferenceEquality") // Callers choose ids, so that two may be equal.
    void callerGone(Invocation invocation) {
      switch (state.phase()) {
        case Phase.Initializing p
            when p.initPhase() == InitPhase.INIT && p.waiting() == invocation -> {
          state = state.in(p.waitingFor(null, false));
          reject(invocation, Outcome.Rejection.CALLER_GONE);
        }
        case Phase.Resetting p when p.waiting() == invocation && !p.begun() -> {
          state = state.in(new Phase.Resetting(null, Phase.NOT_BEGUN));
          reject(invocation, Outcome.Rejection.CALLER_GONE);
        }
        default -> {}
      }
    }

    // ---------------------------------------------------------------- polls

    void runtimePolledNext(NextCall call) {
      switch (state.phase()) {
        case Phase.Initializing p when state.runtime() == RuntimeState.STARTED -> {
          park(call);
          initDone(p);
        }
        case Phase.Ready() -> park(call);
        case Phase.Invoking p -> polledWhileInvoking(p, call);
        // A runtime that the user started goes on during a reset.
        case Phase.Resetting p when config.attached() -> park(call);
        default -> refuseTransition(call, RuntimeState.READY);
      }
    }

    private void polledWhileInvoking(Phase.Invoking p, NextCall call) {
      switch (state.runtime()) {
        case READY -> {
          park(call);
          deliverToParked(p);
        }
        // The same event again: the runtime lost the first one, or is another process by now.
        case RUNNING -> {
          deliver(call, p);
          state = state.in(p.deliveredTo(null));
        }
        case RESPONSE_SENT -> {
          park(call);
          finish(p, Status.SUCCESS, null);
          cancel(SandboxTimer.DEADLINE);
          state = state.in(new Phase.Ready());
          available(p.invocation());
        }
        case STARTED, INIT_ERROR, INVOCATION_RESPONSE, INVOCATION_ERROR_RESPONSE ->
            refuseTransition(call, RuntimeState.READY);
      }
    }

    void nextAbandoned(NextCall call) {
      if (state.parked().contains(call)) {
        state = state.with(without(call));
      }
    }

    /** Only if no other poll was answered with the event is the runtime known not to have it. */
    @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
    void deliveryFailed(NextCall call) {
      if (state.phase() instanceof Phase.Invoking p
          && p.delivered() == call
          && state.runtime() == RuntimeState.RUNNING) {
        state = state.with(RuntimeState.READY);
        if (p.exit() == null) {
          deliverToParked(p);
        } else {
          repeat(p);
        }
      }
    }

    // ---------------------------------------------------------------- replies

    void replyBegan(ReplyCall call, String requestId, RuntimeState target) {
      if (!requestId.equals(currentRequestId())) {
        effects.add(new Effect.Refuse(call, INVALID_REQUEST_ID));
      } else if (state.phase() instanceof Phase.Invoking p
          && state.runtime() == RuntimeState.RUNNING) {
        state = state.with(target).in(p.replyingWith(call));
        effects.add(new Effect.ReceiveBody(call));
      } else {
        refuseTransition(call, target);
      }
    }

    @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
    void replyEnded(ReplyCall call, Reply reply) {
      if (!(state.phase() instanceof Phase.Invoking p) || p.reply() != call) {
        effects.add(new Effect.Discard(reply));
        effects.add(new Effect.Refuse(call, INVALID_REQUEST_ID));
        return;
      }
      state = state.with(RuntimeState.RESPONSE_SENT).in(p.afterReply());
      switch (reply) {
        case Reply.Response(var payload, var contentType) -> {
          complete(p.invocation(), new Outcome.Returned(payload, contentType));
          effects.add(new Effect.AcceptReply(call));
        }
        case Reply.ReportedError(var errorType, var payload, var contentType) -> {
          complete(p.invocation(), new Outcome.Reported(errorType, payload, contentType));
          effects.add(new Effect.AcceptReply(call));
        }
        case Reply.TooLarge() -> {
          fail(
              p.invocation(),
              ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE,
              "Response payload size exceeded maximum allowed payload size ("
                  + Limits.MAX_RESPONSE_BYTES
                  + " bytes).");
          effects.add(new Effect.Refuse(call, new Refusal.PayloadTooLarge()));
        }
        case Reply.NoMemory() -> {
          fail(
              p.invocation(),
              ErrorType.SANDBOX_FAILURE,
              "Rapid has no memory for the runtime's response");
          effects.add(new Effect.Refuse(call, new Refusal.PlatformError()));
        }
        case Reply.Truncated() -> {
          fail(
              p.invocation(),
              ErrorType.RUNTIME_TRUNCATED_RESPONSE,
              "The runtime's response ended before its announced end");
          effects.add(new Effect.Refuse(call, new Refusal.TruncatedBody()));
        }
        case Reply.InvalidMode() -> {
          fail(
              p.invocation(),
              ErrorType.RUNTIME_INVALID_RESPONSE_MODE_HEADER,
              "Invalid function response mode");
          effects.add(new Effect.Refuse(call, new Refusal.InvalidResponseMode()));
        }
      }
      if (p.exit() != null) {
        endAfterExit(p.invocation(), p.startedNanos(), p.exit());
      }
    }

    void initErrorReported(InitErrorCall call, Reply.ReportedError error) {
      if (!(state.phase() instanceof Phase.Initializing p)
          || state.runtime() != RuntimeState.STARTED) {
        effects.add(new Effect.Discard(error));
        refuseTransition(call, RuntimeState.INIT_ERROR);
        return;
      }
      state = state.with(RuntimeState.INIT_ERROR).with(error);
      effects.add(new Effect.AcceptInitError(call));
      Phase.Initializing told = tellWaiting(p, error);
      if (config.attached()) {
        initFailed(told, Status.ERROR, error.errorType(), "The runtime reported an init error");
      } else {
        // The caller need not wait for the runtime to end; the sandbox does, for its last words.
        state = state.in(told);
        arm(SandboxTimer.GRACE, now + config.initErrorGrace().toNanos());
      }
    }

    private Phase.Initializing tellWaiting(Phase.Initializing p, Reply.ReportedError error) {
      Invocation waiting = p.waiting();
      if (waiting == null || !paysForInit(p)) {
        effects.add(new Effect.Discard(error));
        return p;
      }
      complete(
          waiting, new Outcome.Reported(error.errorType(), error.payload(), error.contentType()));
      return p.waitingFor(waiting, true);
    }

    // ---------------------------------------------------------------- processes

    void runtimeStartFailed(int generation, StartFailure failure) {
      if (generation == state.generation() && state.phase() instanceof Phase.Initializing p) {
        ErrorType error =
            switch (failure.kind()) {
              case INVALID_ENTRYPOINT -> ErrorType.RUNTIME_INVALID_ENTRYPOINT;
              case INVALID_WORKING_DIR -> ErrorType.RUNTIME_INVALID_WORKING_DIR;
            };
        initFailed(p, error, failure.message());
      }
    }

    void runtimeExited(int generation, ProcessExit exit) {
      if (generation != state.generation()) {
        return;
      }
      switch (state.phase()) {
        case Phase.Initializing p -> initFailed(p, ErrorType.RUNTIME_EXIT_ERROR, exitMessage(exit));
        case Phase.Ready() -> {
          emit(new LifecycleEvent.IdleExit(exitMessage(exit)));
          state = state.withUnreportedInit(Report.NO_INIT);
          reset(null);
        }
        case Phase.Invoking p -> exitedWhileInvoking(p, exit);
        case Phase.Cold() -> {}
        case Phase.Resetting p -> {}
        case Phase.ShuttingDown() -> {}
        case Phase.Terminated() -> {}
      }
    }

    private void exitedWhileInvoking(Phase.Invoking p, ProcessExit exit) {
      if (p.exit() != null) {
        return;
      }
      switch (state.runtime()) {
        case READY -> repeat(p);
        case RESPONSE_SENT -> endAfterExit(p.invocation(), p.startedNanos(), exit);
        // A reply that it sent with its last breath may still be on the wire.
        case RUNNING, INVOCATION_RESPONSE, INVOCATION_ERROR_RESPONSE -> {
          state = state.in(p.afterExit(exit));
          arm(SandboxTimer.GRACE, now + config.settleTime().toNanos());
        }
        case STARTED, INIT_ERROR -> {}
      }
    }

    /** The runtime died before it had the event, so that its successor can have it. */
    private void repeat(Phase.Invoking p) {
      cancel(SandboxTimer.DEADLINE);
      cancel(SandboxTimer.GRACE);
      stopProcesses();
      state = state.in(new Phase.Resetting(p.invocation(), p.startedNanos()));
    }

    void processesGone(int generation) {
      if (generation != state.generation()) {
        return;
      }
      switch (state.phase()) {
        case Phase.Resetting p when config.attached() ->
            startInit(InitPhase.INIT, p.waiting(), p.begunNanos());
        case Phase.Resetting p -> {
          effects.add(new Effect.DisconnectRuntime());
          state = state.withoutRuntime();
          if (p.waiting() == null) {
            state = state.in(new Phase.Cold());
          } else {
            startInit(InitPhase.INVOKE, p.waiting(), p.begunNanos());
          }
        }
        case Phase.ShuttingDown() -> {
          effects.add(new Effect.DisconnectRuntime());
          terminate();
        }
        default -> {}
      }
    }

    // ---------------------------------------------------------------- time

    void timerFired(SandboxTimer timer) {
      switch (timer) {
        case DEADLINE -> deadlinePassed();
        case GRACE -> graceOver();
      }
    }

    private void deadlinePassed() {
      switch (state.phase()) {
        case Phase.Initializing p when passed(p.deadlineNanos()) -> initTimedOut(p);
        case Phase.Invoking p when passed(p.deadlineNanos()) -> {
          if (p.exit() != null) {
            failAfterExit(p, p.exit());
          } else {
            timeOut(p.invocation(), p.answered(), p.startedNanos());
          }
        }
        default -> {}
      }
    }

    private void graceOver() {
      switch (state.phase()) {
        case Phase.Initializing p when state.runtime() == RuntimeState.INIT_ERROR ->
            initFailed(
                p,
                Status.ERROR,
                state.initError() == null
                    ? ErrorType.RUNTIME_UNKNOWN.wireName()
                    : state.initError().errorType(),
                "The runtime reported an init error and did not exit");
        // While a body is being read, its end decides: the connection of a dead process does end.
        case Phase.Invoking p when p.exit() != null && state.runtime() == RuntimeState.RUNNING ->
            failAfterExit(p, p.exit());
        default -> {}
      }
    }

    // ---------------------------------------------------------------- the end

    void shutdownRequested() {
      switch (state.phase()) {
        case Phase.Cold() -> terminate();
        case Phase.Initializing p -> {
          emitInitFailure(p, Status.ERROR, ErrorType.RUNTIME_UNKNOWN.wireName(), null);
          if (p.waiting() != null) {
            cutShort(p.waiting(), p.answered(), p.begunNanos());
          }
          shutDown();
        }
        case Phase.Invoking p -> {
          cutShort(p.invocation(), p.answered(), p.startedNanos());
          shutDown();
        }
        case Phase.Ready() -> shutDown();
        case Phase.Resetting p -> {
          if (p.waiting() != null) {
            cutShort(p.waiting(), false, p.begunNanos());
          }
          // The stop that is under way ends everything.
          state = state.in(new Phase.ShuttingDown());
        }
        case Phase.ShuttingDown() -> {}
        case Phase.Terminated() -> {}
      }
    }

    private void cutShort(Invocation invocation, boolean answered, long begunNanos) {
      if (!answered) {
        complete(invocation, rejected(Outcome.Rejection.SHUTTING_DOWN));
      }
      if (begunNanos != Phase.NOT_BEGUN) {
        // Whoever has an answer was served; that its runtime did not poll again harmed nobody.
        if (answered) {
          finish(invocation, Status.SUCCESS, null, begunNanos);
        } else {
          finish(invocation, Status.FAILURE, ErrorType.SANDBOX_FAILURE.wireName(), begunNanos);
        }
      }
      available(invocation);
    }

    private void shutDown() {
      stopProcesses();
      state = state.in(new Phase.ShuttingDown());
    }

    private void terminate() {
      state = state.withoutRuntime().in(new Phase.Terminated());
      effects.add(new Effect.AnnounceTermination());
    }

    // ---------------------------------------------------------------- init

    private InitPhase phaseOfNextInit() {
      return state.generation() == 0 ? InitPhase.INIT : InitPhase.INVOKE;
    }

    private void startInit(InitPhase initPhase, @Nullable Invocation waiting, long begunNanos) {
      long deadline =
          initPhase == InitPhase.INIT
              ? deadlineAfter(now, config.initTimeout())
              : deadlineAfter(
                  begunNanos == Phase.NOT_BEGUN ? now : begunNanos, config.functionTimeout());
      Phase.Initializing initializing =
          new Phase.Initializing(initPhase, now, deadline, waiting, false, begunNanos);
      List<NextCall> polls = state.parked();
      state = state.withoutRuntime().nextGeneration().in(initializing);
      if (!config.attached()) {
        emit(new LifecycleEvent.InitStart(initPhase));
      }
      effects.add(new Effect.StartRuntime(state.generation()));
      armDeadline(deadline);
      // Only a runtime that the user started can have outlived a reset.
      if (config.attached() && !polls.isEmpty()) {
        state = state.with(RuntimeState.READY).with(polls);
        initDone(initializing);
      }
    }

    /** Returns whether the waiting invocation gets the error if this init fails. */
    private boolean paysForInit(Phase.Initializing p) {
      return p.initPhase() == InitPhase.INVOKE || config.attached();
    }

    private void initDone(Phase.Initializing p) {
      long duration = now - p.startedNanos();
      if (!config.attached()) {
        emit(new LifecycleEvent.InitRuntimeDone(p.initPhase(), Status.SUCCESS, null));
        emit(new LifecycleEvent.InitReport(p.initPhase(), Status.SUCCESS, null, null, duration));
        if (p.initPhase() == InitPhase.INIT) {
          state = state.withUnreportedInit(duration);
        }
      }
      if (p.waiting() == null) {
        cancel(SandboxTimer.DEADLINE);
        state = state.in(new Phase.Ready());
      } else if (p.initPhase() == InitPhase.INIT) {
        begin(p.waiting());
      } else {
        announce(p);
        run(p.waiting(), p.invocationStartedNanos(), p.deadlineNanos());
      }
    }

    private void initFailed(Phase.Initializing p, ErrorType error, String message) {
      initFailed(p, Status.ERROR, error.wireName(), message, new Outcome.Failed(error, message));
    }

    private void initFailed(Phase.Initializing p, Status status, String errorType, String message) {
      initFailed(
          p, status, errorType, message, new Outcome.Failed(ErrorType.SANDBOX_FAILURE, message));
    }

    /**
     * Ends an init that failed.
     *
     * @param otherwise the outcome for the waiting caller if the runtime reported nothing itself
     */
    private void initFailed(
        Phase.Initializing p, Status status, String errorType, String message, Outcome otherwise) {
      emitInitFailure(p, status, errorType, message);
      cancel(SandboxTimer.GRACE);
      cancel(SandboxTimer.DEADLINE);
      Invocation waiting = p.waiting();
      if (waiting == null || !paysForInit(p)) {
        reset(waiting);
        return;
      }
      if (!p.answered()) {
        complete(waiting, otherwise);
      }
      announce(p);
      if (!p.answered()) {
        emit(new LifecycleEvent.Fault(waiting, status, errorType, message));
      }
      finish(waiting, status, errorType, p.invocationStartedNanos());
      available(waiting);
      reset(null);
    }

    private void initTimedOut(Phase.Initializing p) {
      emitInitFailure(p, Status.TIMEOUT, null, null);
      cancel(SandboxTimer.GRACE);
      if (p.initPhase() == InitPhase.INIT || p.waiting() == null) {
        reset(p.waiting());
      } else {
        announce(p);
        timeOut(p.waiting(), p.answered(), p.invocationStartedNanos());
      }
    }

    private void emitInitFailure(
        Phase.Initializing p, Status status, @Nullable String errorType, @Nullable String message) {
      if (!config.attached()) {
        emit(new LifecycleEvent.InitRuntimeDone(p.initPhase(), status, errorType));
        emit(
            new LifecycleEvent.InitReport(
                p.initPhase(), status, errorType, message, now - p.startedNanos()));
      }
    }

    // ---------------------------------------------------------------- invocations

    private void begin(Invocation invocation) {
      emit(new LifecycleEvent.Start(invocation));
      run(invocation, now, deadlineAfter(now, config.functionTimeout()));
    }

    /** Tells that the invocation that pays for an init has begun, unless that was told before. */
    private void announce(Phase.Initializing p) {
      if (p.waiting() != null && !p.begun()) {
        emit(new LifecycleEvent.Start(p.waiting()));
      }
    }

    private void run(Invocation invocation, long started, long deadline) {
      Phase.Invoking invoking = Phase.Invoking.begun(invocation, started, deadline);
      state = state.in(invoking);
      armDeadline(deadline);
      deliverToParked(invoking);
    }

    private void deliverToParked(Phase.Invoking p) {
      if (!state.parked().isEmpty()) {
        NextCall call = state.parked().getFirst();
        state = state.with(without(call)).with(RuntimeState.RUNNING);
        deliver(call, p);
      }
    }

    private void deliver(NextCall call, Phase.Invoking p) {
      state = state.in(p.deliveredTo(call));
      effects.add(new Effect.Deliver(call, p.invocation(), p.deadlineNanos()));
    }

    private void timeOut(Invocation invocation, boolean answered, long started) {
      String message =
          String.format(
              Locale.ROOT,
              "Task timed out after %.2f seconds",
              config.functionTimeout().toMillis() / 1000.0);
      if (!answered) {
        fail(invocation, ErrorType.SANDBOX_TIMEDOUT, message);
      }
      emit(
          new LifecycleEvent.Fault(
              invocation, Status.TIMEOUT, ErrorType.SANDBOX_TIMEDOUT.wireName(), message));
      finish(invocation, Status.TIMEOUT, null, started);
      available(invocation);
      reset(null);
    }

    private void failAfterExit(Phase.Invoking p, ProcessExit exit) {
      if (!p.answered()) {
        fail(p.invocation(), ErrorType.RUNTIME_EXIT_ERROR, exitMessage(exit));
      }
      endAfterExit(p.invocation(), p.startedNanos(), exit);
    }

    private void endAfterExit(Invocation invocation, long started, ProcessExit exit) {
      String type = ErrorType.RUNTIME_EXIT_ERROR.wireName();
      emit(new LifecycleEvent.Fault(invocation, Status.ERROR, type, exitMessage(exit)));
      finish(invocation, Status.ERROR, type, started);
      cancel(SandboxTimer.DEADLINE);
      cancel(SandboxTimer.GRACE);
      available(invocation);
      reset(null);
    }

    private void finish(Phase.Invoking p, Status status, @Nullable String errorType) {
      finish(p.invocation(), status, errorType, p.startedNanos());
    }

    private void finish(
        Invocation invocation, Status status, @Nullable String errorType, long started) {
      long duration = now - started;
      emit(new LifecycleEvent.RuntimeDone(invocation, status, errorType, duration));
      emit(new Report(invocation, status, errorType, duration, state.unreportedInitNanos()));
      if (state.unreportedInitNanos() != Report.NO_INIT) {
        state = state.withUnreportedInit(Report.NO_INIT);
      }
    }

    private void reset(@Nullable Invocation waiting) {
      stopProcesses();
      state = state.in(new Phase.Resetting(waiting, Phase.NOT_BEGUN));
    }

    private void stopProcesses() {
      effects.add(new Effect.StopProcesses(state.generation()));
    }

    // ---------------------------------------------------------------- small words

    private @Nullable String currentRequestId() {
      return switch (state.phase()) {
        case Phase.Initializing p when p.waiting() != null && !p.answered() ->
            p.waiting().requestId();
        case Phase.Invoking p -> p.invocation().requestId();
        default -> null;
      };
    }

    private void park(NextCall call) {
      List<NextCall> polls;
      if (state.parked().isEmpty()) {
        polls = List.of(call);
      } else {
        polls = new ArrayList<>(state.parked());
        polls.add(call);
      }
      state = state.with(RuntimeState.READY).with(polls);
    }

    private List<NextCall> without(NextCall call) {
      if (state.parked().size() == 1) {
        return List.of();
      }
      List<NextCall> polls = new ArrayList<>(state.parked());
      polls.remove(call);
      return polls;
    }

    private void refuseTransition(RuntimeCall call, RuntimeState target) {
      effects.add(
          new Effect.Refuse(call, new Refusal.InvalidStateTransition(state.runtime(), target)));
    }

    private void reject(Invocation invocation, Outcome.Rejection rejection) {
      complete(invocation, rejected(rejection));
      available(invocation);
    }

    private static Outcome rejected(Outcome.Rejection rejection) {
      return new Outcome.Rejected(rejection);
    }

    private void fail(Invocation invocation, ErrorType error, String message) {
      complete(invocation, new Outcome.Failed(error, message));
    }

    private void complete(Invocation invocation, Outcome outcome) {
      effects.add(new Effect.Complete(invocation, outcome));
    }

    private void available(Invocation ended) {
      effects.add(new Effect.BecomeAvailable(ended));
    }

    private void emit(LifecycleEvent event) {
      effects.add(new Effect.Emit(event));
    }

    private void arm(SandboxTimer timer, long atNanos) {
      effects.add(new Effect.ArmTimer(timer, atNanos));
    }

    private void armDeadline(long deadline) {
      if (deadline == SandboxState.NO_DEADLINE) {
        cancel(SandboxTimer.DEADLINE);
      } else {
        arm(SandboxTimer.DEADLINE, deadline);
      }
    }

    private void cancel(SandboxTimer timer) {
      effects.add(new Effect.CancelTimer(timer));
    }

    private static long deadlineAfter(long startNanos, Duration budget) {
      return budget.isZero() ? SandboxState.NO_DEADLINE : startNanos + budget.toNanos();
    }

    private boolean passed(long deadlineNanos) {
      return deadlineNanos != SandboxState.NO_DEADLINE && now - deadlineNanos >= 0;
    }

    private static String exitMessage(ProcessExit exit) {
      return exit instanceof ProcessExit.Exited(int status) && status == 0
          ? "Runtime exited without providing a reason"
          : "Runtime exited with error: " + exit.describe();
    }
  }
}

package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.INIT_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.nanosAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.testing.FakeInitErrorCall;
import dev.rapid.core.testing.FakeNextCall;
import dev.rapid.core.testing.FakeReplyCall;
import dev.rapid.core.testing.Invocations;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lifecycle, rule by rule. */
final class SandboxMachineTest {

  private static final ProcessExit EXIT_0 = new ProcessExit.Exited(0);
  private static final ProcessExit EXIT_3 = new ProcessExit.Exited(3);
  private static final ProcessExit KILLED = new ProcessExit.Signaled("killed");
  private static final StartFailure NO_BOOTSTRAP =
      new StartFailure(
          StartFailure.Kind.INVALID_ENTRYPOINT,
          "fork/exec /var/task/bootstrap: no such file or directory");
  private static final Reply.Response RESPONSE =
      new Reply.Response(Payload.of("\"ok\""), "application/json");
  private static final Reply.ReportedError ERROR =
      new Reply.ReportedError("Function.Boom", Payload.of("{}"), "application/json", null);
  private static final Outcome RETURNED =
      new Outcome.Returned(RESPONSE.payload(), "application/json");
  private static final Outcome REPORTED =
      new Outcome.Reported("Function.Boom", "Function.Boom", ERROR.payload(), "application/json");
  private static final Outcome THROTTLED = new Outcome.Rejected(Outcome.Rejection.THROTTLED);
  private static final Outcome CALLER_GONE = new Outcome.Rejected(Outcome.Rejection.CALLER_GONE);
  private static final Outcome SHUTTING_DOWN =
      new Outcome.Rejected(Outcome.Rejection.SHUTTING_DOWN);
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration SETTLE_TIME = SandboxConfig.DEFAULT_SETTLE_TIME;
  private static final Duration GRACE = SandboxConfig.DEFAULT_INIT_ERROR_GRACE;

  private final Invocation a = Invocations.anInvocation("a");
  private final Invocation b = Invocations.anInvocation("b");
  private final FakeNextCall next = new FakeNextCall();
  private final FakeNextCall laterNext = new FakeNextCall("later next");
  private final FakeReplyCall reply = new FakeReplyCall();
  private final FakeReplyCall laterReply = new FakeReplyCall("later reply");
  private final FakeInitErrorCall initError = new FakeInitErrorCall();

  private Scenario ready() {
    return Scenario.started().initRequested().polled(next);
  }

  private Scenario running() {
    return ready().invoked(a);
  }

  private Scenario responding() {
    return running().responseBegan(reply, "a");
  }

  private Scenario responded() {
    return responding().replyEnded(reply, RESPONSE);
  }

  /** A second generation, whose init is paid for by {@code a}. */
  private Scenario suppressedInit() {
    return Scenario.started().invoked(a).died(EXIT_3).gone();
  }

  private static Effect emit(LifecycleEvent event) {
    return new Effect.Emit(event);
  }

  private static Effect complete(Invocation invocation, Outcome outcome) {
    return new Effect.Complete(invocation, outcome);
  }

  private static Effect failed(Invocation invocation, ErrorType error, String message) {
    return complete(invocation, new Outcome.Failed(error, message));
  }

  private static Effect available(Invocation invocation) {
    return new Effect.BecomeAvailable(invocation);
  }

  private static Effect armDeadline(Duration at) {
    return new Effect.ArmTimer(SandboxTimer.DEADLINE, nanosAt(at));
  }

  private static Effect armGrace(Duration at) {
    return new Effect.ArmTimer(SandboxTimer.GRACE, nanosAt(at));
  }

  private static Effect cancelDeadline() {
    return new Effect.CancelTimer(SandboxTimer.DEADLINE);
  }

  private static Effect cancelGrace() {
    return new Effect.CancelTimer(SandboxTimer.GRACE);
  }

  private static Effect wrongState(RuntimeCall call, String from, String to) {
    return new Effect.Refuse(
        call, new Refusal.InvalidStateTransition(runtimeState(from), runtimeState(to)));
  }

  private static Effect wrongId(RuntimeCall call) {
    return new Effect.Refuse(call, new Refusal.InvalidRequestId());
  }

  private static RuntimeState runtimeState(String wireName) {
    for (RuntimeState state : RuntimeState.values()) {
      if (state.wireName().equals(wireName)) {
        return state;
      }
    }
    throw new AssertionError("the contract knows no state " + wireName);
  }

  private static LifecycleEvent initRuntimeDone(InitPhase phase, Status status, String errorType) {
    return new LifecycleEvent.InitRuntimeDone(phase, status, errorType);
  }

  private static LifecycleEvent.Report report(
      Invocation invocation, Status status, Duration duration) {
    return new LifecycleEvent.Report(
        invocation,
        status,
        null,
        duration.toNanos(),
        LifecycleEvent.Report.NONE,
        LifecycleEvent.Report.NONE,
        List.of());
  }

  // ---------------------------------------------------------------- init

  @Test
  void a_requested_init_starts_the_runtime_on_the_init_budget() {
    Scenario cold = Scenario.started();

    cold.initRequested();

    assertThat(cold.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(1),
            emit(new LifecycleEvent.InitStart(InitPhase.INIT)),
            new Effect.StartRuntime(1),
            armDeadline(INIT_TIMEOUT));
    assertThat(cold.phase()).isInstanceOf(Phase.Initializing.class);
    assertThat(cold.runtime()).isEqualTo(RuntimeState.STARTED);
  }

  @Test
  void the_first_invocation_of_a_cold_sandbox_starts_the_runtime_on_the_init_budget() {
    Scenario cold = Scenario.started();

    cold.invoked(a);

    assertThat(cold.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(1),
            emit(new LifecycleEvent.InitStart(InitPhase.INIT)),
            new Effect.StartRuntime(1),
            armDeadline(INIT_TIMEOUT));
  }

  @Test
  void an_init_without_a_budget_has_no_deadline() {
    Scenario cold = Scenario.with(SandboxConfig.started(Duration.ZERO));

    cold.initRequested();

    assertThat(cold.effects()).contains(cancelDeadline());
    assertThat(cold.at(Duration.ofDays(1)).deadline().effects()).isEmpty();
  }

  @Test
  void a_second_request_to_initialize_changes_nothing() {
    Scenario initializing = Scenario.started().initRequested();
    SandboxState before = initializing.state();

    initializing.initRequested();

    assertThat(initializing.effects()).isEmpty();
    assertThat(initializing.state()).isEqualTo(before);
  }

  @Test
  void the_first_poll_ends_an_eager_init() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.at(MILLI).polled(next);

    assertThat(initializing.effects())
        .containsExactly(
            emit(new LifecycleEvent.InitRuntimeDone(InitPhase.INIT, Status.SUCCESS, null)),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INIT, Status.SUCCESS, null, null, MILLI.toNanos())),
            new Effect.CloseSubscriptions(1),
            cancelDeadline());
    assertThat(initializing.phase()).isEqualTo(new Phase.Ready());
    assertThat(initializing.runtime()).isEqualTo(RuntimeState.READY);
  }

  @Test
  void the_first_poll_of_a_lazy_init_gets_the_waiting_event_with_a_full_function_budget() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.at(MILLI).polled(next);

    Duration deadline = MILLI.plus(FUNCTION_TIMEOUT);
    assertThat(initializing.effects())
        .containsExactly(
            emit(new LifecycleEvent.InitRuntimeDone(InitPhase.INIT, Status.SUCCESS, null)),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INIT, Status.SUCCESS, null, null, MILLI.toNanos())),
            new Effect.CloseSubscriptions(1),
            emit(new LifecycleEvent.Start(a)),
            armDeadline(deadline),
            new Effect.Deliver(next, a, nanosAt(deadline)));
    assertThat(initializing.runtime()).isEqualTo(RuntimeState.RUNNING);
  }

  @Test
  void an_invocation_that_arrives_during_an_eager_init_waits_for_it() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.invoked(a);

    assertThat(initializing.effects()).isEmpty();
    assertThat(initializing.polled(next).effects())
        .contains(new Effect.Deliver(next, a, nanosAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void the_first_report_carries_the_duration_of_the_init_and_the_second_does_not() {
    Scenario ready = Scenario.started().initRequested().at(MILLI).polled(next);

    ready.invoked(a).responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(laterNext);
    long first = reportOf(ready).initDurationNanos();
    ready.invoked(b).responseBegan(laterReply, "b").replyEnded(laterReply, RESPONSE);
    ready.polled(new FakeNextCall());
    long second = reportOf(ready).initDurationNanos();

    assertThat(first).isEqualTo(MILLI.toNanos());
    assertThat(second).isEqualTo(LifecycleEvent.Report.NONE);
  }

  private static LifecycleEvent.Report reportOf(Scenario scenario) {
    return scenario.emitted().stream()
        .filter(LifecycleEvent.Report.class::isInstance)
        .map(LifecycleEvent.Report.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void an_init_that_fails_before_any_invocation_leaves_a_cold_sandbox() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.died(EXIT_3);

    assertThat(initializing.effects())
        .containsExactly(
            emit(initRuntimeDone(InitPhase.INIT, Status.ERROR, "Runtime.ExitError")),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INIT,
                    Status.ERROR,
                    "Runtime.ExitError",
                    "Runtime exited with error: exit status 3",
                    SETTLE_TIME.toNanos())),
            cancelGrace(),
            cancelDeadline(),
            new Effect.StopProcesses(1));
    assertThat(initializing.gone().effects())
        .containsExactly(new Effect.Disconnect(1), new Effect.EndSubscriptions(1));
    assertThat(initializing.phase()).isEqualTo(new Phase.Cold());
    assertThat(initializing.runtime()).isEqualTo(RuntimeState.STARTED);
  }

  @Test
  void an_init_that_fails_is_repeated_inside_the_waiting_invocation_on_its_budget() {
    Scenario initializing = Scenario.started().invoked(a).died(EXIT_3);

    initializing.at(MILLI).gone();

    assertThat(initializing.effects())
        .containsExactly(
            new Effect.Disconnect(1),
            new Effect.EndSubscriptions(1),
            new Effect.OpenSubscriptions(2),
            emit(new LifecycleEvent.InitStart(InitPhase.INVOKE)),
            new Effect.StartRuntime(2),
            armDeadline(MILLI.plus(FUNCTION_TIMEOUT)));
  }

  @Test
  void the_invocation_that_pays_for_an_init_begins_with_the_init() {
    Scenario initializing = suppressedInit();

    initializing.at(MILLI).polled(next);

    assertThat(initializing.effects())
        .containsExactly(
            emit(new LifecycleEvent.InitRuntimeDone(InitPhase.INVOKE, Status.SUCCESS, null)),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INVOKE, Status.SUCCESS, null, null, MILLI.toNanos())),
            new Effect.CloseSubscriptions(2),
            emit(new LifecycleEvent.Start(a)),
            armDeadline(FUNCTION_TIMEOUT),
            new Effect.Deliver(next, a, nanosAt(FUNCTION_TIMEOUT)));
    initializing.responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(laterNext);
    assertThat(reportOf(initializing)).isEqualTo(report(a, Status.SUCCESS, MILLI));
  }

  @Test
  void an_init_that_fails_inside_the_invocation_is_the_invocations_failure() {
    Scenario initializing = suppressedInit();

    initializing.died(EXIT_0);

    long duration = SETTLE_TIME.toNanos();
    String type = "Runtime.ExitError";
    String message = "Runtime exited without providing a reason";
    assertThat(initializing.effects())
        .containsExactly(
            emit(initRuntimeDone(InitPhase.INVOKE, Status.ERROR, type)),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INVOKE, Status.ERROR, type, message, duration)),
            cancelGrace(),
            cancelDeadline(),
            failed(a, ErrorType.RUNTIME_EXIT_ERROR, message),
            emit(new LifecycleEvent.Start(a)),
            emit(new LifecycleEvent.Fault(a, Status.ERROR, type, message)),
            emit(new LifecycleEvent.RuntimeDone(a, Status.ERROR, type, 0, 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a, Status.ERROR, type, duration, -1, LifecycleEvent.Report.NONE, List.of())),
            available(a),
            new Effect.StopProcesses(2));
  }

  @Test
  void the_next_invocation_after_a_failed_eager_init_pays_for_the_next_init() {
    Scenario cold = Scenario.started().initRequested().died(EXIT_3).gone();

    cold.invoked(a);

    assertThat(cold.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(2),
            emit(new LifecycleEvent.InitStart(InitPhase.INVOKE)),
            new Effect.StartRuntime(2),
            armDeadline(FUNCTION_TIMEOUT));
  }

  @Test
  void a_runtime_that_cannot_be_started_fails_the_invocation_with_the_reason() {
    Scenario initializing = suppressedInit();

    initializing.startFailed(NO_BOOTSTRAP);

    assertThat(initializing.effects())
        .contains(failed(a, ErrorType.RUNTIME_INVALID_ENTRYPOINT, NO_BOOTSTRAP.message()));
    assertThat(initializing.effects()).endsWith(available(a), new Effect.StopProcesses(2));
  }

  @Test
  void an_unusable_working_directory_is_an_error_of_its_own() {
    Scenario initializing = suppressedInit();

    initializing.startFailed(
        new StartFailure(StartFailure.Kind.INVALID_WORKING_DIR, "chdir /nowhere"));

    assertThat(initializing.effects())
        .contains(failed(a, ErrorType.RUNTIME_INVALID_WORKING_DIR, "chdir /nowhere"));
  }

  @Test
  void a_runtime_that_cannot_be_started_before_the_first_invocation_gets_a_second_try() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.startFailed(NO_BOOTSTRAP);

    assertThat(initializing.effects()).endsWith(new Effect.StopProcesses(1));
    assertThat(initializing.effects()).doesNotContain(available(a));
    assertThat(initializing.gone().effects()).contains(new Effect.StartRuntime(2));
  }

  @Test
  void an_init_timeout_repeats_the_init_inside_the_waiting_invocation() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.at(INIT_TIMEOUT).deadline();

    assertThat(initializing.effects())
        .containsExactly(
            emit(new LifecycleEvent.InitRuntimeDone(InitPhase.INIT, Status.TIMEOUT, null)),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INIT, Status.TIMEOUT, null, null, INIT_TIMEOUT.toNanos())),
            cancelGrace(),
            new Effect.StopProcesses(1));
    assertThat(initializing.gone().effects())
        .contains(
            new Effect.OpenSubscriptions(2),
            emit(new LifecycleEvent.InitStart(InitPhase.INVOKE)),
            armDeadline(INIT_TIMEOUT.plus(FUNCTION_TIMEOUT)));
  }

  @Test
  void an_init_timeout_without_an_invocation_leaves_a_cold_sandbox() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.at(INIT_TIMEOUT).deadline().gone();

    assertThat(initializing.phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void an_alarm_that_rings_before_the_deadline_is_an_old_one() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.at(INIT_TIMEOUT.minusNanos(1)).deadline();

    assertThat(initializing.effects()).isEmpty();
    assertThat(initializing.phase()).isInstanceOf(Phase.Initializing.class);
  }

  @Test
  void an_init_inside_the_invocation_that_takes_too_long_is_the_functions_timeout() {
    Scenario initializing = suppressedInit();

    initializing.at(FUNCTION_TIMEOUT).deadline();

    String message = "Task timed out after 3.00 seconds";
    assertThat(initializing.effects())
        .containsExactly(
            emit(new LifecycleEvent.InitRuntimeDone(InitPhase.INVOKE, Status.TIMEOUT, null)),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INVOKE, Status.TIMEOUT, null, null, FUNCTION_TIMEOUT.toNanos())),
            cancelGrace(),
            emit(new LifecycleEvent.Start(a)),
            failed(a, ErrorType.SANDBOX_TIMEDOUT, message),
            emit(new LifecycleEvent.Fault(a, Status.TIMEOUT, "Sandbox.Timedout", message)),
            emit(new LifecycleEvent.RuntimeDone(a, Status.TIMEOUT, null, 0, 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(report(a, Status.TIMEOUT, FUNCTION_TIMEOUT)),
            available(a),
            new Effect.StopProcesses(2));
  }

  @Test
  void a_program_that_cannot_be_started_is_told_before_the_end_of_the_init() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.startFailed(NO_BOOTSTRAP);

    assertThat(initializing.emitted())
        .startsWith(
            new LifecycleEvent.ImageErrorLog(NO_BOOTSTRAP.message()),
            initRuntimeDone(InitPhase.INIT, Status.ERROR, "Runtime.InvalidEntrypoint"));
  }

  @Test
  void an_old_generations_start_failure_is_ignored() {
    Scenario initializing = suppressedInit();
    SandboxState before = initializing.state();

    initializing.apply(new SandboxEvent.RuntimeStartFailed(1, NO_BOOTSTRAP));

    assertThat(initializing.effects()).isEmpty();
    assertThat(initializing.state()).isEqualTo(before);
  }

  @Test
  void an_old_generations_exit_is_ignored() {
    Scenario initializing = suppressedInit();
    SandboxState before = initializing.state();

    initializing.apply(new SandboxEvent.RuntimeExited(1, KILLED));

    assertThat(initializing.effects()).isEmpty();
    assertThat(initializing.state()).isEqualTo(before);
  }

  @Test
  void an_old_generations_end_is_ignored() {
    Scenario resetting = suppressedInit().died(EXIT_3);
    SandboxState before = resetting.state();

    resetting.apply(new SandboxEvent.ProcessesGone(1));

    assertThat(resetting.effects()).isEmpty();
    assertThat(resetting.state()).isEqualTo(before);
  }

  // ---------------------------------------------------------------- init errors

  @Test
  void an_init_error_before_the_first_invocation_is_taken_and_nobody_keeps_its_body() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.initError(initError, ERROR);

    assertThat(initializing.effects())
        .containsExactly(
            new Effect.AcceptInitError(initError), new Effect.Discard(ERROR), armGrace(GRACE));
    assertThat(initializing.runtime()).isEqualTo(RuntimeState.INIT_ERROR);
  }

  @Test
  void an_init_error_alone_does_not_end_the_init() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.initError(initError, ERROR);

    assertThat(initializing.phase()).isInstanceOf(Phase.Initializing.class);
    assertThat(initializing.effects()).doesNotContain(available(a));
  }

  @Test
  void an_init_error_before_the_first_invocation_is_not_the_callers_but_init_is_repeated() {
    Scenario initializing = Scenario.started().invoked(a).initError(initError, ERROR);

    initializing.died(EXIT_3);

    assertThat(initializing.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(initializing.gone().effects()).contains(new Effect.StartRuntime(2));
  }

  @Test
  void an_init_error_inside_the_invocation_reaches_the_caller_at_once() {
    Scenario initializing = suppressedInit();

    initializing.initError(initError, ERROR);

    assertThat(initializing.effects())
        .containsExactly(
            new Effect.AcceptInitError(initError), complete(a, REPORTED), armGrace(GRACE));
  }

  @Test
  void the_exit_after_an_init_error_ends_the_invocation_without_a_second_outcome() {
    Scenario initializing = suppressedInit().initError(initError, ERROR);

    initializing.exited(EXIT_3);

    String type = "Runtime.ExitError";
    String message = "Runtime exited with error: exit status 3";
    assertThat(initializing.effects())
        .containsExactly(
            emit(initRuntimeDone(InitPhase.INVOKE, Status.ERROR, type)),
            emit(new LifecycleEvent.InitReport(InitPhase.INVOKE, Status.ERROR, type, message, 0)),
            cancelGrace(),
            cancelDeadline(),
            emit(new LifecycleEvent.Start(a)),
            emit(new LifecycleEvent.RuntimeDone(a, Status.ERROR, type, 0, 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a, Status.ERROR, type, 0, -1, LifecycleEvent.Report.NONE, List.of())),
            available(a),
            new Effect.StopProcesses(2));
  }

  @Test
  void a_runtime_that_stays_after_its_init_error_is_ended_when_the_grace_is_over() {
    Scenario initializing = suppressedInit().initError(initError, ERROR);

    initializing.at(GRACE).grace();

    assertThat(initializing.emitted())
        .contains(initRuntimeDone(InitPhase.INVOKE, Status.ERROR, "Function.Boom"));
    assertThat(initializing.effects()).endsWith(available(a), new Effect.StopProcesses(2));
  }

  @Test
  void the_grace_is_over_also_when_nobody_waits() {
    Scenario initializing = Scenario.started().initRequested().initError(initError, ERROR);

    initializing.at(GRACE).grace();

    assertThat(initializing.effects()).endsWith(new Effect.StopProcesses(1));
    assertThat(initializing.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void a_timeout_after_an_init_error_gives_no_second_outcome() {
    Scenario initializing = suppressedInit().at(Duration.ofSeconds(2)).initError(initError, ERROR);

    initializing.at(FUNCTION_TIMEOUT).deadline();

    assertThat(initializing.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(initializing.effects()).endsWith(available(a), new Effect.StopProcesses(2));
  }

  @Test
  void a_second_init_error_is_refused_and_its_body_dropped() {
    Scenario initializing = suppressedInit().initError(initError, ERROR);
    FakeInitErrorCall second = new FakeInitErrorCall();

    initializing.initError(second, ERROR);

    assertThat(initializing.effects())
        .containsExactly(new Effect.Discard(ERROR), wrongState(second, "InitError", "InitError"));
  }

  @Test
  void an_init_error_after_the_first_poll_is_refused() {
    Scenario ready = ready();

    ready.initError(initError, ERROR);

    assertThat(ready.effects())
        .containsExactly(new Effect.Discard(ERROR), wrongState(initError, "Ready", "InitError"));
    assertThat(ready.phase()).isEqualTo(new Phase.Ready());
  }

  @Test
  void an_init_error_while_an_event_is_handled_is_refused() {
    Scenario running = running();

    running.initError(initError, ERROR);

    assertThat(running.effects())
        .containsExactly(new Effect.Discard(ERROR), wrongState(initError, "Running", "InitError"));
  }

  @Test
  void a_poll_after_an_init_error_is_refused() {
    Scenario initializing = suppressedInit().initError(initError, ERROR);

    initializing.polled(next);

    assertThat(initializing.effects()).containsExactly(wrongState(next, "InitError", "Ready"));
  }

  @Test
  void a_reply_to_an_invocation_that_got_the_init_error_has_no_valid_id() {
    Scenario initializing = suppressedInit().initError(initError, ERROR);

    initializing.responseBegan(reply, "a");

    assertThat(initializing.effects()).containsExactly(wrongId(reply));
  }

  // ---------------------------------------------------------------- warm invocations and polls

  @Test
  void a_warm_invocation_goes_to_the_parked_poll() {
    Scenario ready = ready();

    ready.at(MILLI).invoked(a);

    Duration deadline = MILLI.plus(FUNCTION_TIMEOUT);
    assertThat(ready.effects())
        .containsExactly(
            emit(new LifecycleEvent.Start(a)),
            armDeadline(deadline),
            new Effect.Deliver(next, a, nanosAt(deadline)));
    assertThat(ready.state().parked()).isEmpty();
  }

  @Test
  void an_invocation_without_a_time_limit_is_delivered_without_a_deadline() {
    Invocation unlimited = Invocations.invocation().timeout(Duration.ZERO).build();
    Scenario ready = Scenario.started().initRequested().polled(next);

    ready.invoked(unlimited);

    assertThat(ready.effects())
        .contains(cancelDeadline(), new Effect.Deliver(next, unlimited, SandboxState.NO_DEADLINE));
    assertThat(ready.at(Duration.ofDays(1)).deadline().effects()).isEmpty();
  }

  @Test
  void the_poll_that_waited_longest_gets_the_event_and_the_others_stay() {
    Scenario ready = ready().polled(laterNext);

    ready.invoked(a);

    assertThat(ready.effects())
        .contains(new Effect.Deliver(next, a, nanosAt(FUNCTION_TIMEOUT)))
        .doesNotContain(new Effect.Deliver(laterNext, a, nanosAt(FUNCTION_TIMEOUT)));
    assertThat(ready.state().parked()).containsExactly(laterNext);
  }

  @Test
  void an_abandoned_poll_gets_no_event() {
    Scenario ready = ready().abandoned(next);

    ready.invoked(a);

    assertThat(ready.effects()).noneMatch(Effect.Deliver.class::isInstance);
    assertThat(ready.polled(laterNext).effects())
        .containsExactly(new Effect.Deliver(laterNext, a, nanosAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void one_of_two_polls_can_be_abandoned() {
    Scenario ready = ready().polled(laterNext).abandoned(next);

    ready.invoked(a);

    assertThat(ready.effects())
        .contains(new Effect.Deliver(laterNext, a, nanosAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void the_end_of_the_connection_of_an_answered_poll_is_of_no_interest() {
    Scenario running = running();
    SandboxState before = running.state();

    running.abandoned(next);

    assertThat(running.effects()).isEmpty();
    assertThat(running.state()).isEqualTo(before);
  }

  @Test
  void an_event_that_could_not_be_written_goes_to_the_next_parked_poll() {
    Scenario running = ready().polled(laterNext).invoked(a);

    running.deliveryFailed(next);

    assertThat(running.effects())
        .containsExactly(new Effect.Deliver(laterNext, a, nanosAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void an_event_that_could_not_be_written_waits_for_the_next_poll() {
    Scenario running = running().deliveryFailed(next);
    assertThat(running.runtime()).isEqualTo(RuntimeState.READY);

    running.polled(laterNext);

    assertThat(running.effects())
        .containsExactly(new Effect.Deliver(laterNext, a, nanosAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void a_delivery_that_failed_in_an_earlier_invocation_is_of_no_interest() {
    Scenario running = responded().polled(laterNext).invoked(b);

    running.deliveryFailed(next);

    assertThat(running.effects()).isEmpty();
    assertThat(running.runtime()).isEqualTo(RuntimeState.RUNNING);
  }

  @Test
  void the_spans_of_an_invocation_follow_each_other_from_its_start_to_the_next_poll() {
    Scenario running = running();

    running
        .at(Duration.ofMillis(10))
        .responseBegan(reply, "a")
        .at(Duration.ofMillis(13))
        .replyEnded(reply, RESPONSE)
        .at(Duration.ofMillis(20))
        .polled(laterNext);

    LifecycleEvent.RuntimeDone done = runtimeDoneOf(running);
    assertThat(done.spans())
        .containsExactly(
            new Span(Span.Name.RESPONSE_LATENCY, millis(20), millis(10)),
            new Span(Span.Name.RESPONSE_DURATION, millis(10), millis(3)),
            new Span(Span.Name.RUNTIME_OVERHEAD, millis(7), millis(7)));
    assertThat(done.durationNanos()).isEqualTo(millis(20));
    assertThat(done.producedBytes()).isEqualTo(4);
  }

  @Test
  void a_response_that_is_too_large_was_produced_all_the_same() {
    Scenario responding = running().at(MILLI).responseBegan(reply, "a");

    responding.at(MILLI.multipliedBy(3)).replyEnded(reply, new Reply.TooLarge(7_000_000));
    responding.polled(laterNext);

    assertThat(responding.emitted().getFirst())
        .isEqualTo(
            new LifecycleEvent.RuntimeDone(
                a,
                Status.SUCCESS,
                null,
                3_000_000,
                7_000_000,
                List.of(
                    new Span(Span.Name.RESPONSE_LATENCY, 3_000_000, 1_000_000),
                    new Span(Span.Name.RESPONSE_DURATION, 2_000_000, 2_000_000),
                    new Span(Span.Name.RUNTIME_OVERHEAD, 0, 0))));
  }

  @Test
  void an_error_that_is_too_large_produces_no_bytes() {
    Scenario failing = running().errorBegan(reply, "a");

    failing.replyEnded(reply, new Reply.TooLarge(7_000_000)).polled(laterNext);

    assertThat(failing.emitted().getFirst())
        .isInstanceOfSatisfying(
            LifecycleEvent.RuntimeDone.class, done -> assertThat(done.producedBytes()).isZero());
  }

  @Test
  void a_reported_error_produces_no_bytes_and_has_no_spans() {
    Scenario running = running().errorBegan(reply, "a").replyEnded(reply, ERROR);

    running.polled(laterNext);

    assertThat(runtimeDoneOf(running).producedBytes()).isZero();
    assertThat(runtimeDoneOf(running).spans()).isEmpty();
  }

  @Test
  void the_runtimes_duration_does_not_count_the_init_inside_of_the_invocation() {
    Scenario initializing = suppressedInit().at(Duration.ofMillis(10)).polled(next);

    initializing
        .at(Duration.ofMillis(15))
        .responseBegan(reply, "a")
        .replyEnded(reply, RESPONSE)
        .polled(laterNext);

    assertThat(runtimeDoneOf(initializing).durationNanos()).isEqualTo(millis(5));
    assertThat(reportOf(initializing).durationNanos()).isEqualTo(millis(15));
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  private static LifecycleEvent.RuntimeDone runtimeDoneOf(Scenario scenario) {
    return scenario.emitted().stream()
        .filter(LifecycleEvent.RuntimeDone.class::isInstance)
        .map(LifecycleEvent.RuntimeDone.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void the_poll_after_the_reply_ends_the_invocation() {
    Scenario responded = responded();

    responded.at(MILLI).polled(laterNext);

    assertThat(responded.effects())
        .containsExactly(
            emit(
                new LifecycleEvent.RuntimeDone(
                    a,
                    Status.SUCCESS,
                    null,
                    MILLI.toNanos(),
                    4,
                    List.of(
                        new Span(Span.Name.RESPONSE_LATENCY, MILLI.toNanos(), 0),
                        new Span(Span.Name.RESPONSE_DURATION, MILLI.toNanos(), 0),
                        new Span(Span.Name.RUNTIME_OVERHEAD, MILLI.toNanos(), MILLI.toNanos())))),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a,
                    Status.SUCCESS,
                    null,
                    MILLI.toNanos(),
                    0,
                    LifecycleEvent.Report.NONE,
                    List.of())),
            cancelDeadline(),
            available(a));
    assertThat(responded.phase()).isEqualTo(new Phase.Ready());
    assertThat(responded.state().parked()).containsExactly(laterNext);
  }

  @Test
  void a_poll_of_a_cold_sandbox_is_refused() {
    Scenario cold = Scenario.started();

    cold.polled(next);

    assertThat(cold.effects()).containsExactly(wrongState(next, "Started", "Ready"));
  }

  @Test
  void a_poll_after_a_reset_finds_no_runtime_that_could_be_ready() {
    Scenario cold = running().exited(EXIT_3).grace().gone();

    cold.polled(laterNext);

    assertThat(cold.effects()).containsExactly(wrongState(laterNext, "Started", "Ready"));
  }

  @Test
  void a_second_invocation_is_throttled_and_does_not_disturb_the_first() {
    Scenario running = running();
    SandboxState before = running.state();

    running.invoked(b);

    assertThat(running.effects()).containsExactly(complete(b, THROTTLED), available(b));
    assertThat(running.state()).isEqualTo(before);
  }

  @Test
  void a_second_waiting_invocation_is_throttled_during_init() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.invoked(b);

    assertThat(initializing.effects()).containsExactly(complete(b, THROTTLED), available(b));
  }

  @Test
  void a_second_waiting_invocation_is_throttled_during_a_reset() {
    Scenario resetting = Scenario.started().invoked(a).died(EXIT_3);

    resetting.invoked(b);

    assertThat(resetting.effects()).containsExactly(complete(b, THROTTLED), available(b));
  }

  // ---------------------------------------------------------------- replies

  @Test
  void the_head_of_a_response_makes_its_body_read() {
    Scenario running = running();

    running.responseBegan(reply, "a");

    assertThat(running.effects()).containsExactly(new Effect.ReceiveBody(reply));
    assertThat(running.runtime()).isEqualTo(RuntimeState.INVOCATION_RESPONSE);
  }

  @Test
  void a_response_reaches_the_caller_as_soon_as_it_is_complete() {
    Scenario responding = responding();

    responding.replyEnded(reply, RESPONSE);

    assertThat(responding.effects())
        .containsExactly(complete(a, RETURNED), new Effect.AcceptReply(reply));
    assertThat(responding.runtime()).isEqualTo(RuntimeState.RESPONSE_SENT);
  }

  @Test
  void an_error_reaches_the_caller_unchanged_and_the_runtime_goes_on() {
    Scenario failing = running().errorBegan(reply, "a");
    assertThat(failing.runtime()).isEqualTo(RuntimeState.INVOCATION_ERROR_RESPONSE);

    failing.replyEnded(reply, ERROR);

    assertThat(failing.effects())
        .containsExactly(complete(a, REPORTED), new Effect.AcceptReply(reply));
    assertThat(failing.polled(laterNext).phase()).isEqualTo(new Phase.Ready());
  }

  @Test
  void an_error_of_the_function_is_still_a_success_of_the_platform() {
    Scenario failed = running().errorBegan(reply, "a").replyEnded(reply, ERROR);

    failed.polled(laterNext);

    assertThat(reportOf(failed).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_response_that_is_too_large_fails_the_invocation_and_the_runtime_goes_on() {
    Scenario responding = responding();

    responding.replyEnded(reply, new Reply.TooLarge(7_000_000));

    assertThat(responding.effects())
        .containsExactly(
            failed(
                a,
                ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE,
                "Response payload size exceeded maximum allowed payload size (6291556 bytes)."),
            new Effect.Refuse(reply, new Refusal.PayloadTooLarge()));
    assertThat(responding.polled(laterNext).phase()).isEqualTo(new Phase.Ready());
  }

  @Test
  void a_truncated_response_waits_for_the_end_that_may_be_its_reason() {
    Scenario responding = responding();

    responding.replyEnded(reply, new Reply.Truncated(true));

    assertThat(responding.effects())
        .containsExactly(
            armGrace(SandboxConfig.EXIT_TIME),
            new Effect.Refuse(reply, new Refusal.TruncatedBody()));
  }

  @Test
  void an_exit_that_is_seen_after_the_truncated_response_is_why_it_broke_off() {
    Scenario responding = responding().replyEnded(reply, new Reply.Truncated(true));

    responding.exited(EXIT_3);

    assertThat(responding.effects())
        .startsWith(
            failed(a, ErrorType.RUNTIME_EXIT_ERROR, "Runtime exited with error: exit status 3"))
        .endsWith(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void a_truncated_response_of_a_runtime_that_goes_on_fails_the_invocation() {
    Scenario responding = responding().replyEnded(reply, new Reply.Truncated(true));

    responding.polled(laterNext);

    assertThat(responding.effects()).startsWith(cancelGrace(), truncated(a));
    assertThat(responding.phase()).isEqualTo(new Phase.Ready());
  }

  @Test
  void a_truncated_response_fails_the_invocation_when_no_end_is_seen() {
    Scenario responding = responding().replyEnded(reply, new Reply.Truncated(true));

    responding.grace();

    assertThat(responding.effects()).containsExactly(cancelGrace(), truncated(a));
    assertThat(responding.polled(laterNext).phase()).isEqualTo(new Phase.Ready());
  }

  @Test
  void a_truncated_response_fails_the_invocation_once_when_another_worker_waits() {
    Scenario responding =
        responding().polled(laterNext).replyEnded(reply, new Reply.Truncated(true));
    assertThat(responding.phase()).isInstanceOf(Phase.Invoking.class);

    responding.grace();

    assertThat(responding.effects()).contains(truncated(a)).endsWith(available(a));
    assertThat(responding.phase()).isEqualTo(new Phase.Ready());
  }

  @Test
  void a_malformed_response_over_a_connection_that_goes_on_fails_the_invocation_at_once() {
    Scenario responding = responding();

    responding.replyEnded(reply, new Reply.Truncated(false));

    assertThat(responding.effects())
        .containsExactly(truncated(a), new Effect.Refuse(reply, new Refusal.TruncatedBody()));
  }

  @Test
  void a_truncated_response_of_a_runtime_of_the_user_fails_the_invocation_at_once() {
    Scenario responding =
        Scenario.attached().initRequested().polled(next).invoked(a).responseBegan(reply, "a");

    responding.replyEnded(reply, new Reply.Truncated(true));

    assertThat(responding.effects())
        .containsExactly(truncated(a), new Effect.Refuse(reply, new Refusal.TruncatedBody()));
  }

  @Test
  void a_truncated_response_is_told_before_the_timeout_of_a_runtime_that_does_not_go_on() {
    Scenario responding = responding().replyEnded(reply, new Reply.Truncated(true));

    responding.at(FUNCTION_TIMEOUT).deadline();

    assertThat(responding.effects()).contains(truncated(a)).endsWith(new Effect.StopProcesses(1));
  }

  private static Effect truncated(Invocation invocation) {
    return failed(
        invocation,
        ErrorType.RUNTIME_TRUNCATED_RESPONSE,
        "The runtime's response ended before its announced end");
  }

  @Test
  void an_unknown_response_mode_is_an_error_without_a_body_and_the_runtime_goes_on() {
    Scenario responding = responding();

    responding.replyEnded(reply, new Reply.InvalidMode("text/plain"));

    String type = "Runtime.InvalidResponseModeHeader";
    assertThat(responding.effects())
        .containsExactly(
            complete(a, new Outcome.Reported(type, type, Payload.EMPTY, "text/plain")),
            new Effect.Refuse(reply, new Refusal.InvalidResponseMode()));
    assertThat(responding.polled(laterNext).phase()).isEqualTo(new Phase.Ready());
  }

  @Test
  void a_reply_with_a_foreign_id_is_refused_in_every_phase_and_changes_nothing() {
    for (Scenario anywhere : SandboxStates.all()) {
      SandboxState before = anywhere.state();
      FakeReplyCall response = new FakeReplyCall();
      FakeReplyCall error = new FakeReplyCall();

      anywhere.responseBegan(response, "nobody's");
      assertThat(anywhere.effects()).containsExactly(wrongId(response));
      anywhere.errorBegan(error, "nobody's");
      assertThat(anywhere.effects()).containsExactly(wrongId(error));

      assertThat(anywhere.state()).isEqualTo(before);
    }
  }

  @Test
  void the_end_of_a_reply_that_nobody_waits_for_is_refused_in_every_phase_and_changes_nothing() {
    for (Scenario anywhere : SandboxStates.all()) {
      SandboxState before = anywhere.state();

      anywhere.replyEnded(laterReply, RESPONSE);

      assertThat(anywhere.effects())
          .containsExactly(new Effect.Discard(RESPONSE), wrongId(laterReply));
      assertThat(anywhere.state()).isEqualTo(before);
    }
  }

  @Test
  void an_init_error_is_refused_in_every_phase_in_which_the_runtime_is_not_starting() {
    for (Scenario anywhere : SandboxStates.all()) {
      boolean starting =
          anywhere.phase() instanceof Phase.Initializing p
              && p.runtimeStarted()
              && anywhere.runtime() == RuntimeState.STARTED;
      // During a restore it is an error of the restore.
      if (starting || anywhere.runtime() == RuntimeState.RESTORING) {
        continue;
      }
      SandboxState before = anywhere.state();

      anywhere.initError(initError, ERROR);

      assertThat(anywhere.effects())
          .containsExactly(
              new Effect.Discard(ERROR),
              wrongState(initError, before.runtime().wireName(), "InitError"));
      assertThat(anywhere.state()).isEqualTo(before);
    }
  }

  @Test
  void the_id_of_an_invocation_that_the_runtime_does_not_have_yet_is_valid_but_too_early() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.responseBegan(reply, "a");

    assertThat(initializing.effects())
        .containsExactly(wrongState(reply, "Started", "InvocationResponse"));
  }

  @Test
  void a_reply_before_the_event_was_delivered_is_too_early() {
    Scenario undelivered = ready().abandoned(next).invoked(a);

    undelivered.errorBegan(reply, "a");

    assertThat(undelivered.effects())
        .containsExactly(wrongState(reply, "Ready", "InvocationErrorResponse"));
  }

  @Test
  void the_id_of_the_invocation_before_is_not_valid() {
    Scenario running = responded().polled(laterNext).invoked(b);

    running.responseBegan(laterReply, "a");

    assertThat(running.effects()).containsExactly(wrongId(laterReply));
  }

  @Test
  void a_second_response_is_refused_and_goes_nowhere() {
    Scenario responded = responded();

    responded.responseBegan(laterReply, "a");

    assertThat(responded.effects())
        .containsExactly(wrongState(laterReply, "RuntimeResponseSentState", "InvocationResponse"));
  }

  @Test
  void an_error_after_a_response_is_refused_and_goes_nowhere() {
    Scenario responded = responded();

    responded.errorBegan(laterReply, "a");

    assertThat(responded.effects())
        .containsExactly(
            wrongState(laterReply, "RuntimeResponseSentState", "InvocationErrorResponse"));
  }

  @Test
  void a_second_response_while_the_first_is_read_is_refused() {
    Scenario responding = responding();

    responding.responseBegan(laterReply, "a");

    assertThat(responding.effects())
        .containsExactly(wrongState(laterReply, "InvocationResponse", "InvocationResponse"));
  }

  @Test
  void a_response_that_there_is_no_memory_for_fails_the_invocation_and_is_an_internal_error() {
    Scenario responding = responding();

    responding.replyEnded(reply, new Reply.NoMemory());

    assertThat(responding.effects())
        .containsExactly(
            complete(
                a,
                new Outcome.Failed(
                    ErrorType.SANDBOX_FAILURE, "Rapid has no memory for the runtime's response")),
            new Effect.Refuse(reply, new Refusal.PlatformError()));
    assertThat(responding.runtime()).isEqualTo(RuntimeState.RESPONSE_SENT);
  }

  @Test
  void a_late_response_is_refused_and_changes_nothing() {
    Scenario timedOut = running().at(FUNCTION_TIMEOUT).deadline();
    SandboxState before = timedOut.state();

    timedOut.responseBegan(reply, "a");

    assertThat(timedOut.effects()).containsExactly(wrongId(reply));
    assertThat(timedOut.state()).isEqualTo(before);
  }

  @Test
  void a_response_that_is_complete_only_after_the_timeout_is_refused_and_dropped() {
    Scenario timedOut = responding().at(FUNCTION_TIMEOUT).deadline();

    timedOut.replyEnded(reply, RESPONSE);

    assertThat(timedOut.effects()).containsExactly(new Effect.Discard(RESPONSE), wrongId(reply));
  }

  @Test
  void a_response_from_before_a_reset_does_not_answer_the_next_invocation() {
    Scenario running =
        responding().at(FUNCTION_TIMEOUT).deadline().gone().invoked(b).polled(laterNext);

    running.replyEnded(reply, RESPONSE);

    assertThat(running.effects()).containsExactly(new Effect.Discard(RESPONSE), wrongId(reply));
    assertThat(running.runtime()).isEqualTo(RuntimeState.RUNNING);
  }

  // ---------------------------------------------------------------- exits

  @Test
  void an_exit_between_invocations_is_told_and_leaves_a_cold_sandbox() {
    Scenario ready = ready();

    ready.exited(KILLED);

    assertThat(ready.effects())
        .containsExactly(
            emit(new LifecycleEvent.IdleExit("Runtime exited with error: signal: killed")),
            new Effect.StopProcesses(1));
    assertThat(ready.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void the_init_of_a_runtime_that_never_served_is_not_reported_by_its_successor() {
    Scenario successor = ready().exited(KILLED).gone().invoked(a).polled(laterNext);

    successor.responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(next);

    assertThat(reportOf(successor).initDurationNanos()).isEqualTo(LifecycleEvent.Report.NONE);
  }

  @Test
  void an_invocation_during_the_reset_after_an_idle_exit_is_not_harmed() {
    Scenario resetting = ready().exited(KILLED);

    resetting.invoked(a);
    assertThat(resetting.effects()).isEmpty();

    assertThat(resetting.gone().effects())
        .contains(emit(new LifecycleEvent.InitStart(InitPhase.INVOKE)), new Effect.StartRuntime(2));
  }

  @Test
  void an_event_that_the_dead_runtime_never_had_goes_to_its_successor() {
    Scenario undelivered = ready().abandoned(next).invoked(a);

    undelivered.exited(KILLED);

    assertThat(undelivered.effects())
        .containsExactly(cancelDeadline(), cancelGrace(), new Effect.StopProcesses(1));
    undelivered.gone();
    assertThat(undelivered.polled(laterNext).effects())
        .contains(new Effect.Deliver(laterNext, a, nanosAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void an_invocation_that_goes_to_a_successor_begins_once_and_keeps_its_deadline() {
    Scenario undelivered = ready().abandoned(next).invoked(a).at(MILLI).exited(KILLED);

    undelivered.at(MILLI.multipliedBy(2)).gone();
    assertThat(undelivered.effects()).contains(armDeadline(FUNCTION_TIMEOUT));
    undelivered.polled(laterNext);

    assertThat(undelivered.emitted()).doesNotContain(new LifecycleEvent.Start(a));
    undelivered.at(FUNCTION_TIMEOUT).deadline();
    assertThat(reportOf(undelivered).durationNanos()).isEqualTo(FUNCTION_TIMEOUT.toNanos());
  }

  @Test
  void an_invocation_that_went_to_a_successor_which_fails_begins_once() {
    Scenario repeated = ready().abandoned(next).invoked(a).exited(KILLED).gone();

    repeated.at(MILLI).died(EXIT_3);

    assertThat(repeated.emitted()).doesNotContain(new LifecycleEvent.Start(a));
    assertThat(reportOf(repeated).durationNanos()).isEqualTo(MILLI.plus(SETTLE_TIME).toNanos());
  }

  @Test
  void an_invocation_that_went_to_a_successor_which_is_too_slow_begins_once() {
    Scenario repeated = ready().abandoned(next).invoked(a).exited(KILLED).gone();

    repeated.at(FUNCTION_TIMEOUT).deadline();

    assertThat(repeated.emitted()).doesNotContain(new LifecycleEvent.Start(a));
    assertThat(repeated.effects())
        .contains(failed(a, ErrorType.SANDBOX_TIMEDOUT, "Task timed out after 3.00 seconds"));
  }

  @Test
  void a_failed_write_that_is_noticed_after_the_exit_still_sends_the_event_to_the_successor() {
    Scenario running = running().exited(KILLED);

    running.deliveryFailed(next);

    assertThat(running.effects())
        .containsExactly(cancelDeadline(), cancelGrace(), new Effect.StopProcesses(1));
    assertThat(running.phase()).isInstanceOf(Phase.Resetting.class);
    assertThat(running.gone().effects()).contains(new Effect.StartRuntime(2));
  }

  @Test
  void an_exit_while_an_event_is_handled_gives_the_reply_on_the_wire_time_to_arrive() {
    Scenario running = running();

    running.exited(EXIT_3);

    assertThat(running.effects()).containsExactly(armGrace(SETTLE_TIME));
    assertThat(running.phase()).isInstanceOf(Phase.Invoking.class);
  }

  @Test
  void an_exit_while_an_event_is_handled_fails_the_invocation_after_the_settle_time() {
    Scenario running = running().exited(EXIT_3);

    running.at(SETTLE_TIME).grace();

    String type = "Runtime.ExitError";
    String message = "Runtime exited with error: exit status 3";
    assertThat(running.effects())
        .containsExactly(
            failed(a, ErrorType.RUNTIME_EXIT_ERROR, message),
            emit(new LifecycleEvent.Fault(a, Status.ERROR, type, message)),
            emit(
                new LifecycleEvent.RuntimeDone(
                    a, Status.ERROR, type, SETTLE_TIME.toNanos(), 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a,
                    Status.ERROR,
                    type,
                    SETTLE_TIME.toNanos(),
                    0,
                    LifecycleEvent.Report.NONE,
                    List.of())),
            cancelDeadline(),
            cancelGrace(),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void an_exit_with_status_0_has_no_reason() {
    Scenario running = running().exited(EXIT_0);

    running.at(SETTLE_TIME).grace();

    assertThat(running.effects())
        .contains(
            failed(a, ErrorType.RUNTIME_EXIT_ERROR, "Runtime exited without providing a reason"));
  }

  @Test
  void a_response_that_arrives_after_the_exit_is_not_lost() {
    Scenario exited = running().exited(EXIT_0).responseBegan(reply, "a");
    assertThat(exited.effects())
        .containsExactly(armGrace(SandboxConfig.BODY_TIME), new Effect.ReceiveBody(reply));

    exited.replyEnded(reply, RESPONSE);

    assertThat(exited.effects())
        .startsWith(complete(a, RETURNED), new Effect.AcceptReply(reply))
        .endsWith(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void the_end_of_the_settle_time_does_not_cut_a_body_that_is_being_read() {
    Scenario exited = responding().exited(EXIT_0);

    exited.at(SETTLE_TIME).staleGrace();

    assertThat(exited.effects()).isEmpty();
    assertThat(exited.replyEnded(reply, RESPONSE).effects()).contains(complete(a, RETURNED));
  }

  @Test
  void an_exit_in_the_middle_of_a_response_is_why_it_broke_off() {
    Scenario exited = responding().exited(KILLED);

    exited.replyEnded(reply, new Reply.Truncated(true));

    String type = "Runtime.ExitError";
    String message = "Runtime exited with error: signal: killed";
    assertThat(exited.effects())
        .containsExactly(
            failed(a, ErrorType.RUNTIME_EXIT_ERROR, message),
            new Effect.Refuse(reply, new Refusal.TruncatedBody()),
            emit(new LifecycleEvent.Fault(a, Status.ERROR, type, message)),
            emit(
                new LifecycleEvent.RuntimeDone(
                    a,
                    Status.ERROR,
                    type,
                    0,
                    0,
                    List.of(new Span(Span.Name.RESPONSE_LATENCY, 0, 0)))),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a, Status.ERROR, type, 0, 0, LifecycleEvent.Report.NONE, List.of())),
            cancelDeadline(),
            cancelGrace(),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void a_timeout_after_the_exit_tells_of_the_exit() {
    Scenario exited = responding().exited(EXIT_3);

    exited.at(FUNCTION_TIMEOUT).deadline();

    assertThat(exited.effects())
        .startsWith(
            failed(a, ErrorType.RUNTIME_EXIT_ERROR, "Runtime exited with error: exit status 3"))
        .endsWith(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void an_exit_after_the_response_ends_the_invocation_but_the_response_stands() {
    Scenario responded = responded();

    responded.exited(EXIT_3);

    assertThat(responded.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(responded.effects()).endsWith(available(a), new Effect.StopProcesses(1));
    assertThat(reportOf(responded).status()).isEqualTo(Status.ERROR);
  }

  @Test
  void a_process_exits_once() {
    Scenario exited = running().exited(EXIT_3);
    SandboxState before = exited.state();

    exited.exited(KILLED);

    assertThat(exited.effects()).isEmpty();
    assertThat(exited.state()).isEqualTo(before);
  }

  @Test
  void the_exit_of_a_runtime_that_is_being_ended_is_expected() {
    Scenario resetting = running().at(FUNCTION_TIMEOUT).deadline();
    Phase before = resetting.phase();

    resetting.exited(KILLED);

    assertThat(resetting.effects()).isEmpty();
    assertThat(resetting.phase()).isEqualTo(before);
  }

  // ---------------------------------------------------------------- timeouts

  @Test
  void a_timeout_fails_the_invocation_and_ends_the_runtime() {
    Scenario running = running();

    running.at(FUNCTION_TIMEOUT).deadline();

    String message = "Task timed out after 3.00 seconds";
    long duration = FUNCTION_TIMEOUT.toNanos();
    assertThat(running.effects())
        .containsExactly(
            failed(a, ErrorType.SANDBOX_TIMEDOUT, message),
            emit(new LifecycleEvent.Fault(a, Status.TIMEOUT, "Sandbox.Timedout", message)),
            emit(new LifecycleEvent.RuntimeDone(a, Status.TIMEOUT, null, duration, 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a, Status.TIMEOUT, null, duration, 0, LifecycleEvent.Report.NONE, List.of())),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void each_invocation_has_the_timeout_of_its_own_description_of_the_function() {
    Invocation slow = Invocations.invocation().timeout(Duration.ofSeconds(7)).build();
    Scenario ready = Scenario.started().initRequested().polled(next);

    ready.invoked(slow);

    assertThat(ready.effects())
        .contains(new Effect.Deliver(next, slow, nanosAt(Duration.ofSeconds(7))));
    assertThat(ready.at(Duration.ofSeconds(7)).deadline().effects())
        .contains(failed(slow, ErrorType.SANDBOX_TIMEDOUT, "Task timed out after 7.00 seconds"));
  }

  @Test
  void the_timeout_is_told_with_two_decimals() {
    Invocation quick = Invocations.invocation().timeout(Duration.ofMillis(1250)).build();
    Scenario running = Scenario.started().initRequested().polled(next).invoked(quick);

    running.at(Duration.ofMillis(1250)).deadline();

    assertThat(running.effects())
        .contains(failed(quick, ErrorType.SANDBOX_TIMEDOUT, "Task timed out after 1.25 seconds"));
  }

  @Test
  void an_event_that_no_poll_comes_for_times_out() {
    Scenario undelivered = ready().abandoned(next).invoked(a);

    undelivered.at(FUNCTION_TIMEOUT).deadline();

    assertThat(undelivered.effects())
        .startsWith(failed(a, ErrorType.SANDBOX_TIMEDOUT, "Task timed out after 3.00 seconds"))
        .endsWith(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void a_runtime_that_does_not_poll_after_its_response_times_out_but_the_response_stands() {
    Scenario responded = responded();

    responded.at(FUNCTION_TIMEOUT).deadline();

    assertThat(responded.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(responded.effects()).endsWith(available(a), new Effect.StopProcesses(1));
    assertThat(reportOf(responded).status()).isEqualTo(Status.TIMEOUT);
  }

  @Test
  void after_a_timeout_the_next_invocation_pays_for_the_next_init() {
    Scenario cold = running().at(FUNCTION_TIMEOUT).deadline().gone();
    assertThat(cold.phase()).isEqualTo(new Phase.Cold());

    cold.invoked(b);

    assertThat(cold.emitted()).containsExactly(new LifecycleEvent.InitStart(InitPhase.INVOKE));
  }

  @Test
  void an_alarm_of_the_invocation_before_does_not_end_the_next_one() {
    Scenario running = responded().at(MILLI).polled(laterNext).invoked(b);

    running.at(FUNCTION_TIMEOUT).deadline();

    assertThat(running.effects()).isEmpty();
  }

  @Test
  void a_grace_alarm_without_a_reason_is_an_old_one() {
    Scenario running = running();

    running.grace();

    assertThat(running.effects()).isEmpty();
  }

  // ---------------------------------------------------------------- callers that go

  @Test
  void an_invocation_whose_caller_goes_during_init_is_dropped() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.callerGone(a);

    assertThat(initializing.effects()).containsExactly(complete(a, CALLER_GONE), available(a));
    assertThat(initializing.polled(next).phase()).isEqualTo(new Phase.Ready());
  }

  @Test
  void an_invocation_whose_caller_goes_during_a_reset_is_dropped() {
    Scenario resetting = Scenario.started().invoked(a).died(EXIT_3);

    resetting.callerGone(a);

    assertThat(resetting.effects()).containsExactly(complete(a, CALLER_GONE), available(a));
    assertThat(resetting.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void an_invocation_that_goes_to_a_successor_has_begun_and_is_not_dropped() {
    Scenario resetting = ready().abandoned(next).invoked(a).exited(KILLED);

    resetting.callerGone(a);

    assertThat(resetting.effects()).isEmpty();
    assertThat(resetting.gone().effects()).contains(new Effect.StartRuntime(2));
  }

  @Test
  void an_invocation_that_runs_is_not_disturbed_when_its_caller_goes() {
    Scenario running = running();
    SandboxState before = running.state();

    running.callerGone(a);

    assertThat(running.effects()).isEmpty();
    assertThat(running.state()).isEqualTo(before);
  }

  @Test
  void an_init_inside_the_invocation_goes_on_when_the_caller_goes() {
    Scenario initializing = suppressedInit();

    initializing.callerGone(a);

    assertThat(initializing.effects()).isEmpty();
    assertThat(initializing.polled(next).runtime()).isEqualTo(RuntimeState.RUNNING);
  }

  @Test
  void a_caller_that_went_does_not_take_another_callers_invocation_with_the_same_id() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.callerGone(Invocations.anInvocation("a"));

    assertThat(initializing.effects()).isEmpty();
  }

  // ---------------------------------------------------------------- shutdown

  @Test
  void a_cold_sandbox_ends_at_once() {
    Scenario cold = Scenario.started();

    cold.shutdownRequested();

    assertThat(cold.effects()).containsExactly(new Effect.AnnounceTermination());
    assertThat(cold.phase()).isEqualTo(new Phase.Terminated());
  }

  @Test
  void a_shutdown_ends_the_runtime_and_then_the_sandbox() {
    Scenario ready = ready();

    ready.shutdownRequested();

    assertThat(ready.effects()).containsExactly(new Effect.StopProcesses(1));
    assertThat(ready.gone().effects())
        .containsExactly(
            new Effect.Disconnect(1),
            new Effect.EndSubscriptions(1),
            new Effect.AnnounceTermination());
  }

  @Test
  void a_shutdown_during_init_rejects_the_waiting_invocation_and_closes_the_init() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.at(MILLI).shutdownRequested();

    assertThat(initializing.effects())
        .containsExactly(
            emit(initRuntimeDone(InitPhase.INIT, Status.ERROR, "Runtime.Unknown")),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INIT, Status.ERROR, "Runtime.Unknown", null, MILLI.toNanos())),
            complete(a, SHUTTING_DOWN),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void a_shutdown_after_an_init_error_gives_no_second_outcome() {
    Scenario initializing = suppressedInit().initError(initError, ERROR);

    initializing.shutdownRequested();

    assertThat(initializing.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(initializing.effects()).endsWith(available(a), new Effect.StopProcesses(2));
  }

  @Test
  void a_shutdown_during_an_invocation_rejects_it_and_reports_a_failure_of_the_platform() {
    Scenario running = running();

    running.at(MILLI).shutdownRequested();

    String type = "Sandbox.Failure";
    assertThat(running.effects())
        .containsExactly(
            complete(a, SHUTTING_DOWN),
            emit(
                new LifecycleEvent.RuntimeDone(
                    a, Status.FAILURE, type, MILLI.toNanos(), 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a,
                    Status.FAILURE,
                    type,
                    MILLI.toNanos(),
                    0,
                    LifecycleEvent.Report.NONE,
                    List.of())),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void a_shutdown_after_the_response_leaves_the_response_alone() {
    Scenario responded = responded();

    responded.shutdownRequested();

    assertThat(responded.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(responded.effects()).endsWith(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void a_shutdown_after_the_response_reports_a_success() {
    Scenario responded = responding().replyEnded(reply, RESPONSE);

    responded.shutdownRequested();

    assertThat(reportOf(responded).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_shutdown_during_a_reset_rejects_the_waiting_invocation_and_uses_the_stop_under_way() {
    Scenario resetting = Scenario.started().invoked(a).died(EXIT_3);

    resetting.shutdownRequested();

    assertThat(resetting.effects()).containsExactly(complete(a, SHUTTING_DOWN), available(a));
    assertThat(resetting.gone().phase()).isEqualTo(new Phase.Terminated());
  }

  @Test
  void a_shutdown_during_a_reset_without_an_invocation_waits_for_the_stop_under_way() {
    Scenario resetting = Scenario.started().initRequested().died(EXIT_3);

    resetting.shutdownRequested();

    assertThat(resetting.effects()).isEmpty();
    assertThat(resetting.gone().phase()).isEqualTo(new Phase.Terminated());
  }

  @Test
  void a_shutdown_between_two_runtimes_reports_the_invocation_that_has_begun() {
    Scenario resetting = ready().abandoned(next).invoked(a).exited(KILLED);

    resetting.at(MILLI).shutdownRequested();

    assertThat(resetting.effects()).startsWith(complete(a, SHUTTING_DOWN)).endsWith(available(a));
    assertThat(reportOf(resetting).durationNanos()).isEqualTo(MILLI.toNanos());
  }

  @Test
  void a_second_shutdown_changes_nothing() {
    Scenario ending = ready().shutdownRequested();

    ending.shutdownRequested();
    assertThat(ending.effects()).isEmpty();

    assertThat(ending.gone().shutdownRequested().effects()).isEmpty();
  }

  @Test
  void an_invocation_of_a_sandbox_that_ends_is_rejected() {
    Scenario ending = ready().shutdownRequested();

    ending.invoked(a);
    assertThat(ending.effects()).containsExactly(complete(a, SHUTTING_DOWN), available(a));

    ending.gone().invoked(b);
    assertThat(ending.effects()).containsExactly(complete(b, SHUTTING_DOWN), available(b));
  }

  @Test
  void a_sandbox_that_ended_does_not_initialize_again() {
    Scenario ended = Scenario.started().shutdownRequested();

    ended.initRequested();

    assertThat(ended.effects()).isEmpty();
    assertThat(ended.phase()).isEqualTo(new Phase.Terminated());
  }

  @Test
  void polls_of_a_sandbox_that_ended_are_refused() {
    Scenario ended = Scenario.started().shutdownRequested();

    ended.polled(next);

    assertThat(ended.effects()).containsExactly(wrongState(next, "Started", "Ready"));
  }

  // ---------------------------------------------------------------- in every state

  @Test
  void a_shutdown_ends_every_sandbox_and_gives_up_the_invocation_in_it_once() {
    for (Scenario anywhere : SandboxStates.all()) {
      boolean occupied = SandboxStates.invocationIn(anywhere.state()) != null;

      anywhere.shutdownRequested();

      assertThat(anywhere.effects())
          .filteredOn(Effect.BecomeAvailable.class::isInstance)
          .hasSize(occupied ? 1 : 0);
      anywhere.at(Duration.ofHours(1)).grace().grace().gone();
      assertThat(anywhere.phase()).isEqualTo(new Phase.Terminated());
    }
  }

  @Test
  void an_invocation_is_throttled_by_every_sandbox_that_has_one() {
    for (Scenario anywhere : SandboxStates.all()) {
      SandboxState before = anywhere.state();
      if (SandboxStates.invocationIn(before) != null) {
        anywhere.invoked(b);

        assertThat(anywhere.effects()).containsExactly(complete(b, THROTTLED), available(b));
        assertThat(anywhere.state()).isEqualTo(before);
      }
    }
  }

  @Test
  void a_start_failure_ends_every_init() {
    for (Scenario anywhere : SandboxStates.all()) {
      if (anywhere.phase() instanceof Phase.Initializing) {
        assertThat(anywhere.startFailed(NO_BOOTSTRAP).phase()).isInstanceOf(Phase.Resetting.class);
      }
    }
  }

  @Test
  void an_exit_ends_every_init() {
    for (Scenario anywhere : SandboxStates.all()) {
      if (anywhere.phase() instanceof Phase.Initializing) {
        assertThat(anywhere.died(EXIT_3).phase()).isInstanceOf(Phase.Resetting.class);
      }
    }
  }

  @Test
  void an_exit_ends_every_invocation() {
    for (Scenario anywhere : SandboxStates.all()) {
      if (anywhere.phase() instanceof Phase.Invoking) {
        anywhere.exited(EXIT_3).at(Duration.ofHours(1)).grace().deadline();

        assertThat(anywhere.phase()).isInstanceOfAny(Phase.Resetting.class, Phase.Failed.class);
      }
    }
  }

  @Test
  void the_deadline_ends_everything_that_has_one() {
    for (Scenario anywhere : SandboxStates.all()) {
      boolean hasDeadline =
          switch (anywhere.phase()) {
            case Phase.Initializing p -> p.deadlineNanos() != SandboxState.NO_DEADLINE;
            case Phase.Restoring p -> !p.failed();
            case Phase.Invoking p -> !p.invocation().reserved();
            case Phase.Finishing p -> true;
            default -> false;
          };
      SandboxState before = anywhere.state();

      anywhere.at(Duration.ofHours(1)).deadline();

      if (hasDeadline) {
        assertThat(anywhere.phase()).isInstanceOfAny(Phase.Resetting.class, Phase.Failed.class);
      } else {
        assertThat(anywhere.state()).isEqualTo(before);
      }
    }
  }

  @Test
  void a_poll_is_refused_wherever_the_runtime_has_no_business_to_poll() {
    for (Scenario anywhere : SandboxStates.all()) {
      boolean expected =
          switch (anywhere.phase()) {
            case Phase.Initializing p ->
                anywhere.runtime() == RuntimeState.READY
                    || (anywhere.runtime() == RuntimeState.STARTED
                        && p.runtimeStarted()
                        && p.failure() == null);
            case Phase.Ready() -> anywhere.runtime() == RuntimeState.READY;
            case Phase.Invoking p -> true;
            case Phase.Resetting p -> true;
            case Phase.Restoring p -> anywhere.runtime() == RuntimeState.RESTORING;
            case Phase.Finishing p -> true;
            case Phase.Failed() -> true;
            case Phase.Cold() -> false;
            case Phase.ShuttingDown p -> true;
            case Phase.Terminated() -> false;
          };
      SandboxState before = anywhere.state();

      anywhere.polled(laterNext);

      if (expected) {
        assertThat(anywhere.effects()).noneMatch(Effect.Refuse.class::isInstance);
      } else {
        assertThat(anywhere.effects())
            .containsExactly(wrongState(laterNext, before.runtime().wireName(), "Ready"));
        assertThat(anywhere.state()).isEqualTo(before);
      }
    }
  }

  @Test
  void an_abandoned_poll_is_forgotten_in_every_state() {
    for (Scenario anywhere : SandboxStates.all()) {
      for (NextCall parked : anywhere.state().parked()) {
        anywhere.abandoned(parked);

        assertThat(anywhere.effects()).isEmpty();
        assertThat(anywhere.state().parked()).doesNotContain(parked);
      }
    }
  }

  @Test
  void every_waiting_invocation_that_has_not_begun_is_dropped_when_its_caller_goes() {
    for (Scenario anywhere : SandboxStates.all()) {
      Invocation invocation = SandboxStates.invocationIn(anywhere.state());
      boolean waits =
          switch (anywhere.phase()) {
            case Phase.Initializing p -> p.initPhase() == InitPhase.INIT;
            case Phase.Restoring p -> !p.begun();
            case Phase.Resetting p -> !p.begun();
            default -> false;
          };
      if (invocation != null) {
        anywhere.callerGone(invocation);

        if (waits) {
          assertThat(anywhere.effects())
              .containsExactly(complete(invocation, CALLER_GONE), available(invocation));
        } else {
          assertThat(anywhere.effects()).isEmpty();
        }
      }
    }
  }

  @Test
  void a_cold_sandbox_can_be_initialized_again_before_it_is_invoked() {
    Scenario cold = ready().exited(KILLED).gone();

    cold.initRequested();

    assertThat(cold.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(2),
            emit(new LifecycleEvent.InitStart(InitPhase.INIT)),
            new Effect.StartRuntime(2),
            armDeadline(INIT_TIMEOUT));
  }

  // ---------------------------------------------------------------- attached

  @Test
  void a_runtime_that_the_user_starts_is_waited_for_without_limit_and_without_init_telemetry() {
    Scenario cold = Scenario.attached();

    cold.initRequested();
    assertThat(cold.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(1), new Effect.StartRuntime(1), cancelDeadline());

    cold.invoked(a).at(Duration.ofDays(1)).polled(next);
    assertThat(cold.emitted()).containsExactly(new LifecycleEvent.Start(a));
  }

  @Test
  void an_attached_runtime_keeps_its_connections_and_is_waited_for_after_a_timeout() {
    Scenario timedOut = attachedRunning().at(FUNCTION_TIMEOUT).deadline();

    timedOut.gone();

    assertThat(timedOut.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(2), new Effect.StartRuntime(2), cancelDeadline());
    assertThat(timedOut.phase()).isInstanceOf(Phase.Initializing.class);
  }

  private Scenario attachedRunning() {
    return Scenario.attached().initRequested().polled(next).invoked(a);
  }

  @Test
  void a_late_response_of_an_attached_runtime_is_refused_and_it_may_poll_again() {
    Scenario timedOut = attachedRunning().at(FUNCTION_TIMEOUT).deadline().gone();

    timedOut.responseBegan(reply, "a");
    assertThat(timedOut.effects()).containsExactly(wrongId(reply));

    assertThat(timedOut.polled(laterNext).phase()).isEqualTo(new Phase.Ready());
  }

  @Test
  void a_poll_of_an_attached_runtime_that_is_parked_during_a_reset_gets_the_next_event() {
    Scenario timedOut = attachedRunning().at(FUNCTION_TIMEOUT).deadline();

    timedOut.polled(laterNext);
    assertThat(timedOut.effects()).isEmpty();

    assertThat(timedOut.gone().phase()).isEqualTo(new Phase.Ready());
    assertThat(timedOut.invoked(b).effects())
        .contains(new Effect.Deliver(laterNext, b, nanosAt(FUNCTION_TIMEOUT.multipliedBy(2))));
  }

  @Test
  void a_second_poll_of_an_attached_runtime_outlives_the_reset_and_gets_the_waiting_event() {
    Scenario timedOut =
        Scenario.attached().initRequested().polled(next).polled(laterNext).invoked(a);

    timedOut.at(FUNCTION_TIMEOUT).deadline().invoked(b).gone();

    assertThat(timedOut.effects())
        .contains(new Effect.Deliver(laterNext, b, nanosAt(FUNCTION_TIMEOUT.multipliedBy(2))));
  }

  @Test
  void an_init_error_of_an_attached_runtime_is_the_waiting_invocations_error_at_once() {
    Scenario initializing = Scenario.attached().invoked(a);

    initializing.initError(initError, ERROR);

    assertThat(initializing.effects())
        .containsExactly(
            new Effect.AcceptInitError(initError),
            complete(a, REPORTED),
            cancelGrace(),
            cancelDeadline(),
            emit(new LifecycleEvent.Start(a)),
            emit(new LifecycleEvent.RuntimeDone(a, Status.ERROR, "Function.Boom", 0, 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a,
                    Status.ERROR,
                    "Function.Boom",
                    0,
                    -1,
                    LifecycleEvent.Report.NONE,
                    List.of())),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void an_init_error_of_an_attached_runtime_that_nobody_waits_for_is_dropped() {
    Scenario initializing = Scenario.attached().initRequested();

    initializing.initError(initError, ERROR);

    assertThat(initializing.effects())
        .contains(new Effect.AcceptInitError(initError), new Effect.Discard(ERROR));
    assertThat(initializing.gone().phase()).isInstanceOf(Phase.Initializing.class);
  }

  @Test
  void a_caller_that_does_not_want_to_wait_for_an_attached_runtime_may_go() {
    Scenario initializing = Scenario.attached().invoked(a);

    initializing.callerGone(a);

    assertThat(initializing.effects()).containsExactly(complete(a, CALLER_GONE), available(a));
  }

  @Test
  void a_shutdown_disconnects_an_attached_runtime() {
    Scenario ready = Scenario.attached().initRequested().polled(next);

    ready.shutdownRequested().gone();

    assertThat(ready.effects())
        .containsExactly(
            new Effect.Disconnect(1),
            new Effect.EndSubscriptions(1),
            new Effect.AnnounceTermination());
  }

  @Test
  void an_exit_during_init_is_believed_when_a_report_on_the_wire_had_its_time() {
    Scenario initializing = Scenario.started().initRequested().exited(EXIT_3);

    assertThat(initializing.effects()).containsExactly(armGrace(SETTLE_TIME));
    assertThat(initializing.phase()).isInstanceOf(Phase.Initializing.class);
  }

  @Test
  void an_init_error_that_was_on_the_wire_when_the_runtime_exited_reaches_the_caller() {
    Scenario paying = suppressedInit().exited(EXIT_3).initError(initError, ERROR);

    assertThat(paying.effects()).contains(complete(a, REPORTED));
    assertThat(paying.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void a_poll_of_what_a_runtime_left_behind_does_not_end_the_init() {
    ProcessExit leftInBackground = new ProcessExit.Exited(0);
    Scenario paying = suppressedInit().exited(leftInBackground).polled(new FakeNextCall());

    assertThat(paying.effects()).singleElement().isInstanceOf(Effect.Refuse.class);
    assertThat(paying.phase()).isInstanceOf(Phase.Initializing.class);
    assertThat(paying.grace().effects())
        .contains(
            complete(
                a,
                new Outcome.Failed(
                    ErrorType.RUNTIME_EXIT_ERROR, "Runtime exited without providing a reason")));
  }

  @Test
  void a_response_that_is_longer_than_its_caller_wants_reaches_him_and_the_runtime_is_told() {
    Invocation brief = Invocations.invocation().requestId("a").maxResponseBytes(3).build();
    Reply fits = new Reply.Response(Payload.of("123"), null);
    Reply longer = new Reply.Response(Payload.of("1234"), null);

    assertThat(ready().invoked(brief).responseBegan(reply, "a").replyEnded(reply, fits).effects())
        .contains(new Effect.AcceptReply(reply));
    assertThat(ready().invoked(brief).responseBegan(reply, "a").replyEnded(reply, longer).effects())
        .anyMatch(Effect.Complete.class::isInstance)
        .contains(new Effect.Refuse(reply, new Refusal.PayloadTooLarge()));
  }

  @Test
  void a_body_that_does_not_end_after_the_exit_is_given_up() {
    for (Scenario replying :
        List.of(running().errorBegan(reply, "a"), running().responseBegan(reply, "a"))) {
      replying.exited(EXIT_3).grace();

      assertThat(replying.effects())
          .contains(
              failed(a, ErrorType.RUNTIME_EXIT_ERROR, "Runtime exited with error: exit status 3"));
      assertThat(replying.phase()).isInstanceOf(Phase.Resetting.class);
    }
  }
}

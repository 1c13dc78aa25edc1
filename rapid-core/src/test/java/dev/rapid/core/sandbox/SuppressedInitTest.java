package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.INIT_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The init that an invocation pays for, because the one before it failed or its runtime is gone.
 */
final class SuppressedInitTest extends SandboxFixture {

  private static LifecycleEvent.Report report(
      Invocation invocation, Status status, Duration duration) {
    return new LifecycleEvent.Report(
        invocation, status, null, duration.toNanos(), null, null, null, List.of());
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
            new Effect.Deliver(next, a, deadlineAt(FUNCTION_TIMEOUT)));
    initializing.responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(laterNext);
    assertThat(reportOf(initializing)).isEqualTo(report(a, Status.SUCCESS, MILLI));
  }

  @Test
  void an_init_that_fails_inside_the_invocation_is_the_invocations_failure() {
    Scenario initializing = suppressedInit();

    initializing.died(EXIT_0);

    long duration = SETTLE_TIME.toNanos();
    String type = "Runtime.ExitError";
    String message = "The runtime ended: exit status 0";
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
                    a, Status.ERROR, type, duration, null, null, null, List.of())),
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
  void an_init_inside_the_invocation_that_takes_too_long_is_the_functions_timeout() {
    Scenario initializing = suppressedInit();

    initializing.at(FUNCTION_TIMEOUT).deadline();

    String message = "Timed out after 3.00 seconds";
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

  @Test
  void an_init_inside_the_invocation_goes_on_when_the_caller_goes() {
    Scenario initializing = suppressedInit();

    initializing.callerGone(a);

    assertThat(initializing.effects()).isEmpty();
    assertThat(initializing.polled(next).worker()).isEqualTo(WorkerState.RUNNING);
  }

  @Test
  void a_poll_of_what_a_runtime_left_behind_does_not_end_the_init() {
    ProcessExit leftInBackground = new ProcessExit.Exited(0);
    Scenario paying = suppressedInit().exited(leftInBackground).polled(new FakeSlot());

    assertThat(paying.effects()).singleElement().isInstanceOf(Effect.Refuse.class);
    assertThat(paying.phase()).isInstanceOf(Phase.Initializing.class);
    assertThat(paying.grace().effects())
        .contains(
            complete(
                a,
                new Outcome.Failed(
                    ErrorType.RUNTIME_EXIT_ERROR, "The runtime ended: exit status 0")));
  }
}

package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.testing.FakeInitFailureCall;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The init error that a runtime reports. */
final class InitErrorTest extends SandboxFixture {

  @Test
  void an_init_error_before_the_first_invocation_is_taken_and_nobody_keeps_its_body() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.initError(initError, ERROR);

    assertThat(initializing.effects())
        .containsExactly(
            new Effect.AcceptInitFailure(initError), new Effect.Discard(ERROR), armGrace(GRACE));
    assertThat(initializing.worker()).isEqualTo(WorkerState.INIT_FAILED);
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
            new Effect.AcceptInitFailure(initError), complete(a, REPORTED), armGrace(GRACE));
  }

  @Test
  void the_exit_after_an_init_error_ends_the_invocation_without_a_second_outcome() {
    Scenario initializing = suppressedInit().initError(initError, ERROR);

    initializing.exited(EXIT_3);

    String type = "Runtime.ExitError";
    String message = "The runtime ended: exit status 3";
    assertThat(initializing.effects())
        .containsExactly(
            emit(initRuntimeDone(InitPhase.INVOKE, Status.ERROR, type)),
            emit(new LifecycleEvent.InitReport(InitPhase.INVOKE, Status.ERROR, type, message, 0)),
            cancelGrace(),
            cancelDeadline(),
            emit(new LifecycleEvent.Start(a)),
            emit(new LifecycleEvent.RuntimeDone(a, Status.ERROR, type, 0, 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(new LifecycleEvent.Report(a, Status.ERROR, type, 0L, null, null, null, List.of())),
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
    FakeInitFailureCall second = new FakeInitFailureCall();

    initializing.initError(second, ERROR);

    assertThat(initializing.effects())
        .containsExactly(
            new Effect.Discard(ERROR),
            wrongState(second, WorkerState.INIT_FAILED, WorkerState.INIT_FAILED));
  }

  @Test
  void an_init_error_after_the_first_poll_is_refused() {
    Scenario ready = ready();

    ready.initError(initError, ERROR);

    assertThat(ready.effects())
        .containsExactly(
            new Effect.Discard(ERROR),
            wrongState(initError, WorkerState.READY, WorkerState.INIT_FAILED));
    assertThat(ready.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_init_error_while_an_event_is_handled_is_refused() {
    Scenario running = running();

    running.initError(initError, ERROR);

    assertThat(running.effects())
        .containsExactly(
            new Effect.Discard(ERROR),
            wrongState(initError, WorkerState.RUNNING, WorkerState.INIT_FAILED));
  }

  @Test
  void a_poll_after_an_init_error_is_refused() {
    Scenario initializing = suppressedInit().initError(initError, ERROR);

    initializing.polled(next);

    assertThat(initializing.effects())
        .containsExactly(wrongState(next, WorkerState.INIT_FAILED, WorkerState.READY));
  }

  @Test
  void a_reply_to_an_invocation_that_got_the_init_error_has_no_valid_id() {
    Scenario initializing = suppressedInit().initError(initError, ERROR);

    initializing.responseBegan(reply, "a");

    assertThat(initializing.effects()).containsExactly(wrongId(reply));
  }

  @Test
  void an_init_error_that_was_on_the_wire_when_the_runtime_exited_reaches_the_caller() {
    Scenario paying = suppressedInit().exited(EXIT_3).initError(initError, ERROR);

    assertThat(paying.effects()).contains(complete(a, REPORTED));
    assertThat(paying.phase()).isInstanceOf(Phase.Resetting.class);
  }
}

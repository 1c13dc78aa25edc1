package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.INIT_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static dev.rapid.core.sandbox.Scenario.nanosAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.testing.FakeInitFailureCall;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeRestoreFailureCall;
import dev.rapid.core.testing.FakeRestoreSlot;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.WorkerCall;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a runtime that asked for it is restored before its first invocation. */
final class RestoreRulesTest {

  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration RESTORE_TIMEOUT = SandboxConfig.DEFAULT_RESTORE_TIMEOUT;
  private static final ProcessExit EXIT_1 = new ProcessExit.Exited(1);
  private static final String HOOK_ERROR = "Runtime.AfterRestoreError";

  private final Invocation a = Invocations.anInvocation("a");
  private final Invocation reserved = Invocations.invocation().requestId("r").reserved().build();
  private final FakeSlot next = new FakeSlot();
  private final FakeRestoreSlot restoreNext = new FakeRestoreSlot();
  private final FakeRestoreFailureCall restoreError = new FakeRestoreFailureCall();
  private final RestoreCall call = result -> {};

  private Scenario restoreReady() {
    return Scenario.started().initRequested().restorePolled(restoreNext);
  }

  private Scenario restoring() {
    return restoreReady().invoked(a);
  }

  private static Effect wrongState(WorkerCall call, WorkerState from, WorkerState to) {
    return new Effect.Refuse(call, new Refusal.NotAllowed(from, to));
  }

  private static Effect emit(LifecycleEvent event) {
    return new Effect.Emit(event);
  }

  // ---------------------------------------------------------------- the snapshot

  @Test
  void a_runtime_that_waits_for_its_restore_is_initialised() {
    Scenario ready = restoreReady();

    assertThat(ready.emitted())
        .containsExactly(
            new LifecycleEvent.InitRuntimeDone(InitPhase.INIT, Status.SUCCESS, null),
            new LifecycleEvent.InitReport(InitPhase.INIT, Status.SUCCESS, null, null, 0));
    assertThat(ready.phase()).isEqualTo(Phase.Serving.IDLE);
    assertThat(ready.worker()).isEqualTo(WorkerState.SNAPSHOT_READY);
  }

  @Test
  void a_runtime_asks_for_its_restore_once() {
    FakeRestoreSlot second = new FakeRestoreSlot();

    assertThat(restoreReady().restorePolled(second).effects())
        .containsExactly(wrongState(second, WorkerState.SNAPSHOT_READY, WorkerState.READY));
  }

  @Test
  void a_lost_poll_for_the_restore_makes_room_for_another() {
    FakeRestoreSlot second = new FakeRestoreSlot();
    Scenario ready = restoreReady().restorePollAbandoned(restoreNext);

    assertThat(ready.restorePolled(second).effects()).isEmpty();
    assertThat(ready.invoked(a).effects()).contains(new Effect.Restored(second));
  }

  @Test
  void a_runtime_that_waits_for_its_restore_may_not_ask_for_an_event() {
    assertThat(restoreReady().polled(next).effects())
        .containsExactly(wrongState(next, WorkerState.SNAPSHOT_READY, WorkerState.READY));
  }

  @Test
  void a_restore_is_refused_wherever_no_runtime_can_ask_for_it() {
    for (Scenario anywhere : SandboxStates.all()) {
      boolean may =
          !anywhere.config().owner().seesProcess()
              || switch (anywhere.phase()) {
                case Phase.Initializing p ->
                    p.runtimeStarted()
                        && p.failure() == null
                        && anywhere.worker() == WorkerState.STARTED;
                case Phase.Serving p ->
                    anywhere.worker() == WorkerState.SNAPSHOT_READY
                        && anywhere.state().side().restoreSlot() == null;
                case Phase.Restoring p -> !p.delivered() && !p.failed();
                case Phase.Resetting p -> true;
                case Phase.ShuttingDown p -> true;
                case Phase.Failed() -> true;
                default -> false;
              };
      SandboxState before = anywhere.state();
      FakeRestoreSlot asked = new FakeRestoreSlot();

      anywhere.restorePolled(asked);

      if (!may) {
        assertThat(anywhere.effects())
            .containsExactly(wrongState(asked, before.worker(), WorkerState.READY));
        assertThat(anywhere.state()).isEqualTo(before);
      } else {
        assertThat(anywhere.effects()).noneMatch(Effect.Refuse.class::isInstance);
      }
    }
  }

  @Test
  void a_restore_error_is_refused_wherever_no_restore_runs() {
    for (Scenario anywhere : SandboxStates.all()) {
      if (anywhere.worker() != WorkerState.RESTORING) {
        SandboxState before = anywhere.state();
        FakeRestoreFailureCall error = new FakeRestoreFailureCall();

        anywhere.restoreError(error);

        assertThat(anywhere.effects())
            .containsExactly(wrongState(error, before.worker(), WorkerState.RESTORE_FAILED));
        assertThat(anywhere.state()).isEqualTo(before);
      }
    }
  }

  // ---------------------------------------------------------------- with an invocation

  @Test
  void the_first_invocation_restores_the_runtime_on_a_budget_of_its_own() {
    Scenario restoring = restoring();

    assertThat(restoring.effects())
        .containsExactly(
            emit(new LifecycleEvent.RestoreStart()),
            new Effect.ArmTimer(SandboxTimer.DEADLINE, nanosAt(RESTORE_TIMEOUT)),
            new Effect.Restored(restoreNext));
    assertThat(restoring.worker()).isEqualTo(WorkerState.RESTORING);
  }

  @Test
  void the_invocation_begins_when_the_restored_runtime_asks_for_it() {
    Scenario restoring = restoring().at(MILLI).polled(next);

    assertThat(restoring.effects())
        .containsExactly(
            emit(new LifecycleEvent.RestoreRuntimeDone(Status.SUCCESS, null)),
            emit(new LifecycleEvent.RestoreReport(Status.SUCCESS, null, null, MILLI.toNanos())),
            new Effect.CancelTimer(SandboxTimer.DEADLINE),
            emit(new LifecycleEvent.Start(a)),
            new Effect.ArmTimer(SandboxTimer.DEADLINE, nanosAt(MILLI.plus(FUNCTION_TIMEOUT))),
            new Effect.Deliver(next, a, deadlineAt(MILLI.plus(FUNCTION_TIMEOUT))));
  }

  @Test
  void the_report_of_the_first_invocation_carries_the_duration_of_the_restore() {
    FakeReply reply = new FakeReply();
    Scenario running = restoring().at(MILLI).polled(next);

    running
        .responseBegan(reply, "a")
        .replyEnded(reply, new Reply.Response(Payload.EMPTY, null))
        .polled(new FakeSlot());

    assertThat(running.emitted())
        .contains(
            new LifecycleEvent.Report(
                a, Status.SUCCESS, null, 0, 0L, MILLI.toNanos(), null, List.of()));
  }

  @Test
  void the_second_invocation_finds_a_restored_runtime() {
    FakeReply reply = new FakeReply();
    FakeSlot later = new FakeSlot("later");
    Scenario ready =
        restoring()
            .polled(next)
            .responseBegan(reply, "a")
            .replyEnded(reply, new Reply.Response(Payload.EMPTY, null))
            .polled(later);

    assertThat(ready.invoked(Invocations.anInvocation("b")).effects())
        .noneMatch(Effect.Restored.class::isInstance)
        .anyMatch(Effect.Deliver.class::isInstance);
  }

  @Test
  void a_waiting_invocation_is_restored_for_as_soon_as_init_is_done() {
    Scenario starting = Scenario.started().invoked(a).restorePolled(restoreNext);

    assertThat(starting.effects()).contains(new Effect.Restored(restoreNext));
    assertThat(starting.polled(next).effects())
        .contains(new Effect.Deliver(next, a, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void an_invocation_that_paid_for_the_init_pays_for_the_restore_too() {
    Scenario paying =
        Scenario.started().invoked(a).died(EXIT_1).at(MILLI).gone().restorePolled(restoreNext);

    Duration deadline = MILLI.plus(FUNCTION_TIMEOUT);
    assertThat(paying.effects())
        .contains(new Effect.ArmTimer(SandboxTimer.DEADLINE, nanosAt(deadline)));
    assertThat(paying.polled(next).effects())
        .contains(
            emit(new LifecycleEvent.Start(a)), new Effect.Deliver(next, a, deadlineAt(deadline)));
  }

  @Test
  void an_answer_that_was_lost_is_given_again() {
    FakeRestoreSlot second = new FakeRestoreSlot();
    Scenario restoring = restoring().restorePollAbandoned(restoreNext);

    assertThat(restoring.restorePolled(second).effects())
        .containsExactly(new Effect.Restored(second));
  }

  @Test
  void a_runtime_that_never_asked_for_a_restore_is_not_restored() {
    Scenario ready = Scenario.started().initRequested().polled(next);

    assertThat(ready.invoked(a).emitted()).containsExactly(new LifecycleEvent.Start(a));
  }

  @Test
  void a_caller_that_goes_during_the_restore_leaves_a_restored_sandbox() {
    Scenario restoring = restoring().callerGone(a);

    assertThat(restoring.effects())
        .contains(new Effect.Complete(a, new Outcome.Rejected(Outcome.Rejection.CALLER_GONE)));
    assertThat(restoring.polled(next).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  // ---------------------------------------------------------------- failures

  @Test
  void a_hook_that_fails_fails_the_invocation_at_once() {
    Scenario failed = restoring().restoreError(restoreError);

    String message = "The runtime's hook after the restore reported " + HOOK_ERROR;
    assertThat(failed.effects())
        .contains(
            new Effect.AcceptRestoreFailure(restoreError),
            emit(new LifecycleEvent.RestoreRuntimeDone(Status.ERROR, "Runtime.Unknown")),
            emit(new LifecycleEvent.RestoreReport(Status.ERROR, HOOK_ERROR, message, 0)),
            new Effect.Complete(a, new Outcome.RestoreFailed(false, message)),
            new Effect.BecomeAvailable(a));
    assertThat(failed.worker()).isEqualTo(WorkerState.RESTORE_FAILED);
  }

  @Test
  void a_runtime_whose_hook_failed_has_a_moment_to_end_by_itself() {
    Scenario failed = restoring().restoreError(restoreError);

    assertThat(failed.effects())
        .contains(
            new Effect.ArmTimer(
                SandboxTimer.GRACE, nanosAt(SandboxConfig.DEFAULT_INIT_ERROR_GRACE)))
        .noneMatch(Effect.StopProcesses.class::isInstance);
    assertThat(failed.exited(EXIT_1).effects()).contains(new Effect.StopProcesses(1));
    assertThat(failed.emitted()).isEmpty();
  }

  @Test
  void a_runtime_whose_hook_failed_and_that_stays_is_ended() {
    Scenario failed =
        restoring().restoreError(restoreError).at(SandboxConfig.DEFAULT_INIT_ERROR_GRACE).grace();

    assertThat(failed.effects()).contains(new Effect.StopProcesses(1));
  }

  @Test
  void an_invocation_that_comes_after_a_failed_hook_starts_over() {
    Scenario failed = restoring().restoreError(restoreError);

    failed.invoked(Invocations.anInvocation("b"));

    assertThat(failed.effects()).contains(new Effect.StopProcesses(1));
    assertThat(failed.gone().effects()).contains(new Effect.StartRuntime(2));
  }

  @Test
  void an_init_error_during_the_restore_is_an_error_of_the_hook() {
    FakeInitFailureCall initError = new FakeInitFailureCall();
    Reply.ReportedError error = new Reply.ReportedError("Function.Boom", Payload.EMPTY, null, null);

    Scenario failed = restoring().initError(initError, error);

    assertThat(failed.effects())
        .contains(new Effect.Discard(error), new Effect.AcceptInitFailure(initError))
        .contains(emit(new LifecycleEvent.RestoreRuntimeDone(Status.ERROR, "Runtime.Unknown")));
  }

  @Test
  void an_exit_during_the_restore_fails_the_invocation() {
    Scenario failed = restoring().exited(EXIT_1).grace();

    assertThat(failed.effects())
        .contains(
            new Effect.Complete(
                a, new Outcome.RestoreFailed(false, "The runtime ended: exit status 1")),
            new Effect.StopProcesses(1));
    assertThat(failed.emitted())
        .contains(new LifecycleEvent.RestoreRuntimeDone(Status.ERROR, "Runtime.ExitError"));
  }

  @Test
  void a_hook_that_takes_too_long_fails_the_invocation_as_a_timeout() {
    Scenario failed = restoring().at(RESTORE_TIMEOUT).deadline();

    String message = "The runtime's hook after the restore did not end in time";
    assertThat(failed.effects())
        .contains(
            new Effect.Complete(a, new Outcome.RestoreFailed(true, message)),
            new Effect.StopProcesses(1));
    assertThat(failed.emitted())
        .contains(new LifecycleEvent.RestoreRuntimeDone(Status.ERROR, "Runtime.Unknown"));
  }

  @Test
  void an_invocation_that_began_before_is_reported_when_its_restore_fails() {
    Scenario repeated =
        Scenario.started().initRequested().polled(next).abandoned(next).invoked(a).exited(EXIT_1);

    repeated.gone().restorePolled(restoreNext).restoreError(restoreError);

    assertThat(repeated.emitted())
        .contains(
            new LifecycleEvent.RuntimeDone(a, Status.ERROR, HOOK_ERROR, 0, 0, List.of()),
            new LifecycleEvent.Report(a, Status.ERROR, HOOK_ERROR, 0, 0L, null, null, List.of()));
  }

  @Test
  void a_failed_restore_of_a_reserved_sandbox_waits_for_the_reset() {
    Scenario failed = restoreReady().invoked(reserved).restoreError(restoreError);

    assertThat(failed.phase()).isEqualTo(new Phase.Failed());
    assertThat(restoreReady().invoked(reserved).exited(EXIT_1).grace().phase())
        .isEqualTo(new Phase.Failed());
  }

  // ---------------------------------------------------------------- on demand

  private RestoreResult result(Scenario scenario) {
    for (Effect effect : scenario.effects()) {
      if (effect instanceof Effect.AnswerRestore(RestoreCall asked, RestoreResult result)
          && asked.equals(call)) {
        return result;
      }
    }
    throw new AssertionError("no answer in " + scenario.effects());
  }

  @Test
  void a_restore_on_demand_tells_how_long_the_hook_took() {
    Scenario restoring = restoreReady().restoreRequested(call, Duration.ofSeconds(1));

    assertThat(restoring.effects())
        .contains(
            new Effect.ArmTimer(SandboxTimer.DEADLINE, nanosAt(Duration.ofSeconds(1))),
            new Effect.Restored(restoreNext));
    restoring.at(MILLI).polled(next);
    assertThat(result(restoring)).isEqualTo(new RestoreResult(null, 1));
    assertThat(restoring.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_invocation_that_comes_during_a_restore_on_demand_runs_afterwards() {
    Scenario restoring = restoreReady().restoreRequested(call, Duration.ofSeconds(1)).invoked(a);

    assertThat(restoring.polled(next).effects())
        .contains(new Effect.Deliver(next, a, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void a_restore_on_demand_of_anything_else_succeeds_at_once() {
    for (Scenario anywhere : SandboxStates.all()) {
      if (anywhere.worker() != WorkerState.SNAPSHOT_READY) {
        SandboxState before = anywhere.state();

        anywhere.restoreRequested(call, Duration.ofSeconds(1));

        assertThat(result(anywhere)).isEqualTo(new RestoreResult(null, 0));
        assertThat(anywhere.state()).isEqualTo(before);
      }
    }
  }

  @Test
  void a_failed_restore_on_demand_tells_why_and_waits_for_the_reset() {
    Scenario hook = restoreReady().restoreRequested(call, Duration.ofSeconds(1));
    hook.restoreError(restoreError);
    assertThat(result(hook).error()).isEqualTo("errRestoreHookUserError");
    assertThat(hook.phase()).isEqualTo(new Phase.Failed());

    Scenario exit =
        restoreReady().restoreRequested(call, Duration.ofSeconds(1)).exited(EXIT_1).grace();
    assertThat(result(exit).error()).isEqualTo("Runtime.ExitError");
    assertThat(exit.phase()).isEqualTo(new Phase.Failed());

    Scenario late = restoreReady().restoreRequested(call, MILLI).at(MILLI).deadline();
    assertThat(result(late)).isEqualTo(new RestoreResult("Runtime.RestoreHookUserTimeout", 1));
    assertThat(late.phase()).isEqualTo(new Phase.Failed());
  }

  @Test
  void a_reset_or_an_end_answers_a_restore_on_demand() {
    Scenario reset = restoreReady().restoreRequested(call, Duration.ofSeconds(1));
    reset.resetRequested(result -> {}, ShutdownReason.FAILURE, MILLI);
    assertThat(result(reset).error()).isEqualTo("Sandbox.Failure");

    Scenario end = restoreReady().restoreRequested(call, Duration.ofSeconds(1));
    end.shutdownRequested();
    assertThat(result(end).error()).isEqualTo("Sandbox.Failure");
  }

  // ---------------------------------------------------------------- a runtime of the user

  @Test
  void a_runtime_that_the_user_starts_anew_is_restored_at_once() {
    Scenario attached = Scenario.attached().initRequested().polled(next);

    assertThat(attached.restorePolled(restoreNext).effects())
        .containsExactly(new Effect.Restored(restoreNext));
  }

  @Test
  void a_runtime_of_the_user_still_waits_for_its_restore_after_a_reset() {
    Scenario attached = Scenario.attached().initRequested().restorePolled(restoreNext);

    attached.resetRequested(result -> {}, ShutdownReason.FAILURE, MILLI).gone();

    assertThat(attached.worker()).isEqualTo(WorkerState.SNAPSHOT_READY);
    assertThat(attached.invoked(a).effects()).contains(new Effect.Restored(restoreNext));
  }

  @Test
  void a_restore_without_a_budget_has_no_deadline() {
    Scenario restoring =
        Scenario.with(SandboxConfig.started(INIT_TIMEOUT).withRestoreTimeout(Duration.ZERO))
            .initRequested()
            .restorePolled(restoreNext)
            .invoked(a);

    assertThat(restoring.effects()).contains(new Effect.CancelTimer(SandboxTimer.DEADLINE));
  }

  @Test
  void a_restore_on_demand_is_answered_to_the_poll_that_comes_later() {
    FakeRestoreSlot second = new FakeRestoreSlot();
    Scenario restoring =
        restoreReady()
            .restorePollAbandoned(restoreNext)
            .restoreRequested(call, Duration.ofSeconds(1));

    assertThat(restoring.restorePolled(second).effects())
        .containsExactly(new Effect.Restored(second));
    FakeRestoreSlot third = new FakeRestoreSlot();
    assertThat(restoring.restorePollAbandoned(second).restorePolled(third).effects())
        .containsExactly(new Effect.Restored(third));
  }

  @Test
  void a_restore_error_that_was_on_the_wire_when_the_runtime_exited_reaches_the_caller() {
    Scenario restoring = restoring().exited(EXIT_1);

    assertThat(restoring.effects())
        .containsExactly(
            new Effect.ArmTimer(SandboxTimer.GRACE, nanosAt(SandboxConfig.DEFAULT_SETTLE_TIME)));
    restoring.restoreError(restoreError);
    assertThat(restoring.emitted())
        .contains(new LifecycleEvent.RestoreRuntimeDone(Status.ERROR, "Runtime.ExitError"));
    assertThat(restoring.effects()).contains(new Effect.StopProcesses(1));
  }

  @Test
  void a_deadline_that_passes_after_the_exit_changes_nothing_about_the_reason() {
    Scenario restoring = restoring().exited(EXIT_1).at(RESTORE_TIMEOUT).deadline();

    assertThat(restoring.emitted())
        .contains(new LifecycleEvent.RestoreRuntimeDone(Status.ERROR, "Runtime.ExitError"));
  }
}

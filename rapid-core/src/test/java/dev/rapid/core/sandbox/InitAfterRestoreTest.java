package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.INIT_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static dev.rapid.core.sandbox.Scenario.nanosAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.testing.FakeRestoreFailureCall;
import dev.rapid.core.testing.FakeRestoreSlot;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A restore that fails and is followed by an init for the invocations that wait. */
final class InitAfterRestoreTest {

  private static final Duration MILLI = Duration.ofMillis(1);
  private static final ProcessExit EXIT_1 = new ProcessExit.Exited(1);
  private static final SandboxConfig CONFIG =
      SandboxConfig.started(INIT_TIMEOUT).withInitAfterFailedRestore();

  private final Invocation a = Invocations.anInvocation("a");
  private final Invocation b = Invocations.anInvocation("b");
  private final FakeSlot next = new FakeSlot();
  private final FakeRestoreSlot restoreNext = new FakeRestoreSlot();
  private final FakeRestoreFailureCall restoreError = new FakeRestoreFailureCall();

  private Scenario restoreReady(SandboxConfig config) {
    return Scenario.with(config).initRequested().restorePolled(restoreNext);
  }

  private Scenario restoring() {
    return restoreReady(CONFIG).invoked(a);
  }

  @Test
  void the_failure_is_reported_and_the_caller_waits_on() {
    Scenario failed = restoring().restoreError(restoreError);

    assertThat(failed.effects())
        .contains(new Effect.AcceptRestoreFailure(restoreError), new Effect.StopProcesses(1))
        .noneMatch(Effect.Complete.class::isInstance);
    assertThat(failed.emitted())
        .containsExactly(
            new LifecycleEvent.RestoreRuntimeDone(Status.ERROR, "Runtime.Unknown"),
            new LifecycleEvent.RestoreReport(
                Status.ERROR,
                "Runtime.AfterRestoreError",
                "The runtime's hook after the restore reported Runtime.AfterRestoreError",
                0));
  }

  @Test
  void the_init_is_inside_of_the_invocation() {
    Scenario failed = restoring().restoreError(restoreError).at(MILLI).gone();

    assertThat(failed.effects()).contains(new Effect.StartRuntime(2));
    assertThat(failed.emitted()).contains(new LifecycleEvent.InitStart(InitPhase.INVOKE));
    assertThat(failed.polled(next).effects())
        .contains(
            new Effect.Emit(new LifecycleEvent.Start(a)),
            new Effect.Deliver(next, a, deadlineAt(MILLI.plus(FUNCTION_TIMEOUT))));
  }

  @Test
  void an_exit_during_the_restore_is_followed_by_an_init() {
    Scenario failed = restoring().exited(EXIT_1).at(SandboxConfig.DEFAULT_SETTLE_TIME).grace();

    assertThat(failed.effects()).contains(new Effect.StopProcesses(1));
    assertThat(failed.gone().polled(next).effects()).anyMatch(Effect.Deliver.class::isInstance);
  }

  @Test
  void a_worker_that_breaks_during_the_restore_is_followed_by_an_init() {
    Scenario failed = restoring().broken("The worker did not answer within 30 s");

    assertThat(failed.effects())
        .contains(new Effect.StopProcesses(1))
        .noneMatch(Effect.Complete.class::isInstance);
  }

  @Test
  void a_restore_that_takes_too_long_is_followed_by_an_init() {
    Scenario late = restoring().at(SandboxConfig.DEFAULT_RESTORE_TIMEOUT).deadline();

    assertThat(late.effects())
        .contains(new Effect.StopProcesses(1))
        .noneMatch(Effect.Complete.class::isInstance);
    assertThat(late.gone().effects()).contains(new Effect.StartRuntime(2));
  }

  @Test
  void an_invocation_whose_time_is_over_gets_no_init() {
    Scenario paying = Scenario.with(CONFIG).invoked(a).died(EXIT_1).gone();

    paying.restorePolled(restoreNext).at(FUNCTION_TIMEOUT).deadline();

    assertThat(paying.effects())
        .anyMatch(effect ->
            effect instanceof Effect.Complete(var of, Outcome.RestoreFailed(var timedOut, var m))
                && of.equals(a)
                && timedOut);
  }

  @Test
  void the_report_has_no_duration_of_the_snapshot() {
    Scenario failed = restoring().restoreError(restoreError).gone();

    assertThat(failed.state().unreported()).isEqualTo(SandboxState.Unreported.NOTHING);
  }

  @Test
  void without_an_invocation_that_waits_the_sandbox_is_cold() {
    Scenario failed = restoring().callerGone(a).restoreError(restoreError).gone();

    assertThat(failed.phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void if_invocations_share_the_runtime_the_init_has_a_budget_of_its_own() {
    Scenario restoring = restoreReady(CONFIG.withCapacity(2)).invoked(a).invoked(b);

    restoring.restoreError(restoreError).at(MILLI).gone();

    assertThat(restoring.emitted()).contains(new LifecycleEvent.InitStart(InitPhase.INIT));
    assertThat(restoring.effects())
        .contains(new Effect.ArmTimer(SandboxTimer.DEADLINE, nanosAt(MILLI.plus(INIT_TIMEOUT))));
    FakeSlot second = new FakeSlot("second");
    restoring.polled(next);
    assertThat(restoring.effects()).anyMatch(Effect.Deliver.class::isInstance);
    assertThat(restoring.polled(second).effects())
        .contains(new Effect.Deliver(second, b, deadlineAt(MILLI.plus(FUNCTION_TIMEOUT))));
  }

  @Test
  void a_restored_runtime_that_invocations_share_takes_all_that_waited() {
    FakeSlot second = new FakeSlot("second");
    Scenario restoring = restoreReady(CONFIG.withCapacity(2)).invoked(a).invoked(b);

    assertThat(restoring.polled(next).effects())
        .contains(new Effect.Deliver(next, a, deadlineAt(FUNCTION_TIMEOUT)));
    assertThat(restoring.polled(second).effects())
        .contains(new Effect.Deliver(second, b, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void an_init_that_fails_too_fails_the_invocation() {
    Scenario failed = restoring().restoreError(restoreError).gone().exited(EXIT_1);

    failed.at(SandboxConfig.DEFAULT_SETTLE_TIME).grace();

    assertThat(failed.effects())
        .contains(
            new Effect.Complete(
                a,
                new Outcome.Failed(
                    ErrorType.RUNTIME_EXIT_ERROR, "The runtime ended: exit status 1")));
  }

  @Test
  void a_client_that_drives_the_sandbox_gets_the_failure() {
    Invocation reserved = Invocations.invocation().requestId("r").reserved().build();

    Scenario failed = restoreReady(CONFIG).invoked(reserved).restoreError(restoreError);

    assertThat(failed.phase()).isEqualTo(new Phase.Failed());
    assertThat(failed.effects()).anyMatch(Effect.Complete.class::isInstance);
  }
}

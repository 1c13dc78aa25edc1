package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.testing.FakeRestoreSlot;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.worker.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Workers that break their protocol, and streams that end, while the process lives. */
final class BrokenWorkerTest extends SandboxFixture {

  private static final String GARBAGE = "Not a frame";
  private static final String ENDED = "The stream has ended";

  private static Effect broken(Invocation invocation, String message) {
    return failed(invocation, ErrorType.RUNTIME_UNKNOWN, message);
  }

  private static Scenario shared() {
    return Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withCapacity(2))
        .initRequested();
  }

  @Test
  void a_broken_worker_fails_its_invocation_at_once_and_is_ended() {
    Scenario running = running();

    running.broken(GARBAGE);

    assertThat(running.effects())
        .contains(broken(a, GARBAGE), available(a), new Effect.StopProcesses(1));
    assertThat(reportOf(running).status()).isEqualTo(Status.ERROR);
    assertThat(running.state().firstError()).isEqualTo(ErrorType.RUNTIME_UNKNOWN);
  }

  @Test
  void the_exit_that_follows_the_end_of_a_stream_is_what_the_caller_gets() {
    Scenario running = running().brokeOff(ENDED);
    assertThat(running.effects()).containsExactly(armGrace(SandboxConfig.EXIT_TIME));

    running.exited(EXIT_3);

    assertThat(running.effects())
        .contains(
            failed(
                a,
                ErrorType.RUNTIME_EXIT_ERROR,
                running.config().messages().runtimeExited(EXIT_3)));
    assertThat(running.state().firstError()).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);
  }

  @Test
  void a_stream_that_ends_while_the_process_lives_fails_the_invocation_after_a_moment() {
    Scenario running = running().brokeOff(ENDED);

    running.grace();

    assertThat(running.effects())
        .contains(broken(a, ENDED), available(a), new Effect.StopProcesses(1));
  }

  @Test
  void an_idle_worker_that_breaks_is_ended() {
    for (Scenario idle : List.of(ready().broken(GARBAGE), ready().brokeOff(GARBAGE))) {
      assertThat(idle.effects())
          .startsWith(emit(new LifecycleEvent.IdleExit(GARBAGE)))
          .contains(new Effect.StopProcesses(1));
    }
  }

  @Test
  void an_init_fails_at_once_if_the_worker_breaks() {
    Scenario initializing = suppressedInit();

    initializing.broken(GARBAGE);

    assertThat(initializing.effects()).contains(broken(a, GARBAGE));
    assertThat(initializing.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_init_whose_stream_ends_waits_for_the_exit() {
    Scenario initializing = suppressedInit().brokeOff(ENDED);
    assertThat(initializing.effects()).containsExactly(armGrace(SandboxConfig.EXIT_TIME));

    initializing.exited(EXIT_3);

    assertThat(initializing.effects())
        .contains(
            failed(
                a,
                ErrorType.RUNTIME_EXIT_ERROR,
                initializing.config().messages().runtimeExited(EXIT_3)));
  }

  @Test
  void an_init_whose_stream_ends_while_the_process_lives_fails_after_a_moment() {
    Scenario initializing = suppressedInit().brokeOff(ENDED);

    initializing.grace();

    assertThat(initializing.effects()).contains(broken(a, ENDED));
    assertThat(initializing.state().firstError()).isEqualTo(ErrorType.RUNTIME_UNKNOWN);
  }

  @Test
  void a_worker_that_exits_first_is_not_called_broken() {
    Scenario initializing = suppressedInit().exited(EXIT_3);
    SandboxState before = initializing.state();

    assertThat(initializing.brokeOff(ENDED).state()).isEqualTo(before);

    Scenario running = running().exited(EXIT_3);
    before = running.state();

    assertThat(running.broken(GARBAGE).state()).isEqualTo(before);
  }

  @Test
  void a_restore_fails_if_the_worker_breaks() {
    Scenario restoring =
        Scenario.started().initRequested().restorePolled(new FakeRestoreSlot()).invoked(a);

    restoring.broken(GARBAGE);

    assertThat(restoring.effects()).contains(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void a_restore_whose_stream_ends_waits_for_the_exit() {
    Scenario restoring =
        Scenario.started()
            .initRequested()
            .restorePolled(new FakeRestoreSlot())
            .invoked(a)
            .brokeOff(ENDED);
    assertThat(restoring.effects()).containsExactly(armGrace(SandboxConfig.EXIT_TIME));

    restoring.exited(EXIT_3);

    assertThat(restoring.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_invocation_that_the_worker_does_not_have_is_left_to_the_successor() {
    Scenario pending = ready().abandoned(next).invoked(a);

    pending.broken(GARBAGE);

    assertThat(pending.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(pending.state().waiting())
        .extracting(WaitingInvocation::invocation)
        .containsExactly(a);
  }

  @Test
  void a_reply_that_came_before_the_worker_broke_is_taken() {
    Scenario responding = responding().broken(GARBAGE);

    responding.replyEnded(reply, RESPONSE);

    assertThat(responding.effects()).contains(complete(a, RETURNED), new Effect.StopProcesses(1));
  }

  @Test
  void a_reply_that_broke_off_fails_with_what_the_worker_did() {
    Scenario responding = responding().broken(GARBAGE);

    responding.replyEnded(reply, new Reply.Truncated(false));

    assertThat(responding.effects()).contains(broken(a, GARBAGE), new Effect.StopProcesses(1));
  }

  @Test
  void the_exit_during_a_reply_of_a_broken_worker_is_what_the_caller_gets() {
    Scenario responding = responding().brokeOff(ENDED).exited(EXIT_3);

    responding.replyEnded(reply, new Reply.Truncated(true));

    assertThat(responding.effects())
        .contains(
            failed(
                a,
                ErrorType.RUNTIME_EXIT_ERROR,
                responding.config().messages().runtimeExited(EXIT_3)));
  }

  @Test
  void a_truncated_reply_and_the_end_of_the_stream_wait_for_the_exit_together() {
    Scenario truncated = responding().replyEnded(reply, new Reply.Truncated(true));

    truncated.brokeOff(ENDED);
    assertThat(truncated.effects()).noneMatch(Effect.Complete.class::isInstance);
    truncated.polled(laterNext);
    assertThat(truncated.effects()).isEmpty();
    truncated.exited(EXIT_3);

    assertThat(truncated.effects())
        .contains(
            failed(
                a,
                ErrorType.RUNTIME_EXIT_ERROR,
                truncated.config().messages().runtimeExited(EXIT_3)));
  }

  @Test
  void a_broken_worker_that_had_replied_is_ended() {
    Scenario responded = responded();

    responded.broken(GARBAGE);

    assertThat(responded.effects())
        .noneMatch(Effect.Complete.class::isInstance)
        .contains(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void a_shared_worker_that_breaks_fails_all_that_it_has() {
    Scenario shared = shared().polled(next).polled(laterNext).invoked(a).invoked(b);

    shared.broken(GARBAGE);

    assertThat(shared.effects())
        .contains(broken(a, GARBAGE), broken(b, GARBAGE), new Effect.StopProcesses(1));
  }

  @Test
  void invocations_that_come_while_the_exit_is_waited_for_get_another_worker() {
    Scenario shared = shared().polled(next).polled(laterNext).invoked(a).brokeOff(ENDED);

    shared.invoked(b);
    assertThat(shared.effects()).isEmpty();
    shared.exited(EXIT_3).gone();

    assertThat(shared.state().waiting())
        .extracting(WaitingInvocation::invocation)
        .containsExactly(b);
    assertThat(shared.phase()).isInstanceOf(Phase.Initializing.class);
  }

  @Test
  void a_worker_of_the_user_is_not_waited_for() {
    Scenario attached = Scenario.attached().initRequested().polled(next).invoked(a);

    attached.brokeOff(ENDED);

    assertThat(attached.effects()).contains(broken(a, ENDED));
  }

  @Test
  void a_worker_that_breaks_while_it_is_ended_or_not_there_changes_nothing() {
    List<Scenario> others = new ArrayList<>();
    others.add(Scenario.started());
    others.add(ready().exited(EXIT_3));
    others.add(ready().exited(EXIT_3).gone());
    others.add(ready().shutdownRequested());
    for (Scenario each : others) {
      SandboxState before = each.state();

      assertThat(each.broken(GARBAGE).effects()).isEmpty();
      assertThat(each.brokeOff(ENDED).state()).isEqualTo(before);
    }
  }

  @Test
  void the_deadline_of_the_invocation_comes_before_the_exit_that_is_waited_for() {
    Scenario running =
        running().at(Scenario.FUNCTION_TIMEOUT.minus(Duration.ofMillis(1))).brokeOff(ENDED);

    running.at(Scenario.FUNCTION_TIMEOUT).deadline();

    assertThat(running.effects()).contains(broken(a, ENDED));
  }

  @Test
  void an_invocation_that_could_not_be_given_to_a_worker_whose_stream_ended_is_left_to_the_next() {
    Scenario running = running().brokeOff(ENDED);

    running.deliveryFailed(next);

    assertThat(running.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(running.state().waiting())
        .extracting(WaitingInvocation::invocation)
        .containsExactly(a);
  }

  @Test
  void an_init_error_of_a_worker_whose_stream_ended_is_what_the_caller_gets() {
    Scenario initializing = suppressedInit().brokeOff(ENDED);

    initializing.initError(initError, ERROR);

    assertThat(initializing.effects()).contains(complete(a, REPORTED), available(a));
    assertThat(initializing.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_init_error_before_the_first_invocation_ends_the_wait_for_the_exit() {
    Scenario initializing = Scenario.started().invoked(a).brokeOff(ENDED);

    initializing.initError(initError, ERROR);

    assertThat(initializing.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_init_that_is_over_for_the_worker_fails_at_once_if_it_breaks() {
    Scenario launching =
        Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withExtensions())
            .initRequested()
            .found("logger")
            .registered("logger")
            .polled(new FakeSlot());

    launching.brokeOff(ENDED);

    assertThat(launching.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void a_worker_that_reported_why_its_init_failed_and_breaks_is_ended_at_once() {
    Reply.ReportedError error =
        new Reply.ReportedError("Function.ImportError", Payload.EMPTY, null, null);

    Scenario failed = suppressedInit().initError(initError, error).broken(GARBAGE);

    assertThat(failed.effects()).contains(new Effect.StopProcesses(failed.state().generation()));
    assertThat(failed.emitted())
        .anyMatch(event ->
            event instanceof LifecycleEvent.InitReport report
                && "Function.ImportError".equals(report.errorType()));
  }

  @Test
  void the_reason_of_an_exit_reaches_the_caller() {
    ProcessExit exit = new ProcessExit.Explained(EXIT_3, "no module named app");

    Scenario failed = running().exited(exit).grace();

    assertThat(failed.effects())
        .contains(
            failed(
                a,
                ErrorType.RUNTIME_EXIT_ERROR,
                "The runtime ended: exit status 3: no module named app"));
  }

  @Test
  void the_report_of_an_init_has_the_runtime_that_the_worker_described() {
    Scenario ready = Scenario.started().initRequested().described("python 3.13.5").polled(next);

    assertThat(ready.emitted())
        .contains(
            new LifecycleEvent.InitReport(
                InitPhase.INIT, Status.SUCCESS, null, null, 0, "python 3.13.5"));
  }

  @Test
  void what_a_worker_said_about_its_runtime_ends_with_its_process() {
    Scenario next = Scenario.started().initRequested().described("python 3.13.5").died(EXIT_3);

    next.gone().initRequested();

    assertThat(next.state().side().runtime()).isNull();
  }
}

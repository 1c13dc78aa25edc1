package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.worker.WorkerState;
import org.junit.jupiter.api.Test;

/** The processes of one generation and their successors: what is ignored, and what is passed on. */
final class GenerationsTest extends SandboxFixture {

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

  @Test
  void a_response_from_before_a_reset_does_not_answer_the_next_invocation() {
    Scenario running =
        responding().at(FUNCTION_TIMEOUT).deadline().gone().invoked(b).polled(laterNext);

    running.replyEnded(reply, RESPONSE);

    assertThat(running.effects()).containsExactly(new Effect.Discard(RESPONSE), wrongId(reply));
    assertThat(running.worker()).isEqualTo(WorkerState.RUNNING);
  }

  @Test
  void an_event_that_the_dead_runtime_never_had_goes_to_its_successor() {
    Scenario undelivered = ready().abandoned(next).invoked(a);

    undelivered.exited(KILLED);

    assertThat(undelivered.effects())
        .containsExactly(cancelDeadline(), cancelGrace(), new Effect.StopProcesses(1));
    undelivered.gone();
    assertThat(undelivered.polled(laterNext).effects())
        .contains(new Effect.Deliver(laterNext, a, deadlineAt(FUNCTION_TIMEOUT)));
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
        .contains(failed(a, ErrorType.SANDBOX_TIMEDOUT, "Timed out after 3.00 seconds"));
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
}

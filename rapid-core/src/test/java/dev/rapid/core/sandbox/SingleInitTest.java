package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.INIT_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A runtime that one invocation at a time uses, whose init is not repeated inside of one. */
final class SingleInitTest extends SandboxFixture {

  private static Scenario cold() {
    return Scenario.with(SandboxConfig.started(INIT_TIMEOUT).withoutRepeatedInit());
  }

  private static Outcome exit() {
    return new Outcome.Failed(
        ErrorType.RUNTIME_EXIT_ERROR, cold().config().messages().runtimeExited(EXIT_3));
  }

  @Test
  void an_init_that_fails_fails_the_invocation_that_waits_for_it() {
    Scenario failed = cold().invoked(a).died(EXIT_3);

    assertThat(failed.effects()).contains(complete(a, exit()), available(a));
    assertThat(failed.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void an_init_that_takes_too_long_fails_the_invocation_that_waits_for_it() {
    Scenario late = cold().invoked(a).at(INIT_TIMEOUT).deadline();

    assertThat(late.effects())
        .contains(
            failed(a, ErrorType.SANDBOX_TIMEDOUT, late.config().messages().timedOut(INIT_TIMEOUT)),
            available(a));
    assertThat(late.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void an_init_may_take_longer_than_the_invocation_that_waits_for_it() {
    Duration later = FUNCTION_TIMEOUT.plus(FUNCTION_TIMEOUT);
    Scenario initializing = cold().invoked(a).at(later).deadline();
    assertThat(initializing.effects()).isEmpty();

    initializing.polled(next);

    assertThat(initializing.effects())
        .contains(new Effect.Deliver(next, a, Scenario.deadlineAt(later.plus(FUNCTION_TIMEOUT))));
  }

  @Test
  void the_init_after_a_failed_one_is_not_inside_of_an_invocation_either() {
    Scenario again = cold().invoked(a).died(EXIT_3).gone().invoked(b);

    assertThat(again.emitted()).containsExactly(new LifecycleEvent.InitStart(InitPhase.INIT));
    assertThat(again.effects()).contains(armDeadline(INIT_TIMEOUT));
  }

  @Test
  void an_invocation_that_comes_while_the_processes_end_waits_for_an_init_of_its_own() {
    Scenario resetting = cold().initRequested().polled(next).exited(EXIT_3).invoked(a);

    resetting.gone();

    assertThat(resetting.emitted()).containsExactly(new LifecycleEvent.InitStart(InitPhase.INIT));
    assertThat(resetting.died(EXIT_3).effects()).contains(complete(a, exit()));
  }

  @Test
  void the_duration_of_an_init_is_part_of_the_first_report() {
    Scenario served =
        cold()
            .initRequested()
            .at(MILLI)
            .polled(next)
            .invoked(a)
            .responseBegan(reply, "a")
            .replyEnded(reply, RESPONSE)
            .polled(laterNext);

    assertThat(reportOf(served).initDurationNanos()).isEqualTo(MILLI.toNanos());
  }

  @Test
  void an_invocation_that_a_dead_runtime_never_had_keeps_its_time() {
    Scenario initializing =
        cold().initRequested().polled(next).abandoned(next).invoked(a).exited(EXIT_3).gone();

    initializing.at(FUNCTION_TIMEOUT).deadline();

    assertThat(initializing.effects())
        .contains(
            failed(
                a,
                ErrorType.SANDBOX_TIMEDOUT,
                initializing.config().messages().timedOut(FUNCTION_TIMEOUT)),
            available(a));
    assertThat(initializing.phase()).isInstanceOf(Phase.Initializing.class);
  }

  @Test
  void an_init_error_that_the_runtime_reports_is_what_the_caller_gets_at_once() {
    Scenario failing = cold().invoked(a).initError(initError, ERROR);

    assertThat(failing.effects()).contains(complete(a, REPORTED));
    assertThat(failing.at(INIT_TIMEOUT).deadline().effects())
        .noneMatch(Effect.Complete.class::isInstance)
        .contains(available(a));
    assertThat(reportOf(failing).status()).isEqualTo(Status.ERROR);
  }

  @Test
  void an_invocation_that_comes_after_the_report_of_an_init_error_waits_for_the_next_init() {
    Scenario failing = cold().initRequested().initError(initError, ERROR).invoked(a);

    failing.died(EXIT_3);
    assertThat(failing.effects())
        .noneMatch(Effect.Complete.class::isInstance)
        .doesNotContain(available(a));

    failing.gone().polled(next);
    assertThat(failing.effects())
        .contains(new Effect.Deliver(next, a, Scenario.deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void an_invocation_that_is_cancelled_does_not_end_the_init() {
    Scenario initializing = cold().invoked(a).cancelled(a);

    assertThat(initializing.effects())
        .contains(complete(a, CALLER_GONE), armDeadline(INIT_TIMEOUT));
    assertThat(initializing.polled(next).phase()).isEqualTo(Phase.Serving.IDLE);
  }
}

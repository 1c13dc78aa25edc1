package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.testing.Invocations;
import org.junit.jupiter.api.Test;

/** Callers that close their connection before they have an answer. */
final class CallerGoneTest extends SandboxFixture {

  @Test
  void an_invocation_whose_caller_goes_during_init_is_dropped() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.callerGone(a);

    assertThat(initializing.effects()).containsExactly(complete(a, CALLER_GONE), available(a));
    assertThat(initializing.polled(next).phase()).isEqualTo(Phase.Serving.IDLE);
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
  void a_caller_that_went_does_not_take_another_callers_invocation_with_the_same_id() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.callerGone(Invocations.anInvocation("a"));

    assertThat(initializing.effects()).isEmpty();
  }
}

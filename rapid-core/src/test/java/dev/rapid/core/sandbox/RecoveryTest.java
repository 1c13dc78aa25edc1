package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.worker.Refusal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a sandbox does about a rule that throws. */
final class RecoveryTest extends SandboxFixture {

  private Transition recovered(Scenario scenario, SandboxEvent event) {
    return new SandboxMachine(scenario.config())
        .recover(scenario.state(), event, Scenario.nanosAt(Duration.ofSeconds(1)));
  }

  private static boolean failed(Effect effect, Invocation invocation) {
    return effect instanceof Effect.Complete(var completed, Outcome.Failed(var error, var message))
        && completed.equals(invocation)
        && error == ErrorType.SANDBOX_FAILURE;
  }

  @Test
  void the_call_is_refused_the_invocation_fails_and_the_sandbox_is_reset() {
    FakeSlot poll = new FakeSlot("wrong rule");

    Transition transition = recovered(running(), new SandboxEvent.WorkerReady(poll));

    assertThat(transition.effects())
        .contains(new Effect.Refuse(poll, new Refusal.PlatformError()), available(a))
        .anyMatch(effect -> failed(effect, a));
    assertThat(transition.next().phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_invocation_that_comes_fails_too() {
    Transition transition = recovered(ready(), new SandboxEvent.InvokeRequested(b));

    assertThat(transition.effects()).contains(available(b)).anyMatch(effect -> failed(effect, b));
  }

  @Test
  void the_body_of_a_reply_is_given_back() {
    Transition transition = recovered(responding(), new SandboxEvent.ReplyEnded(reply, RESPONSE));

    assertThat(transition.effects()).contains(new Effect.Discard(RESPONSE));
  }

  @Test
  void a_shutdown_still_ends_the_sandbox_for_good() {
    Transition serving = recovered(running(), new SandboxEvent.ShutdownRequested());
    Transition cold = recovered(Scenario.started(), new SandboxEvent.ShutdownRequested());

    assertThat(serving.next().phase()).isInstanceOf(Phase.ShuttingDown.class);
    assertThat(cold.next().phase()).isEqualTo(new Phase.Terminated());
  }

  @Test
  void a_stop_that_is_under_way_kills_what_is_left() {
    Scenario stopping = ready().exited(EXIT_3);

    Transition transition =
        recovered(stopping, new SandboxEvent.ProcessesGone(stopping.state().generation()));

    assertThat(transition.effects())
        .isEqualTo(List.of(new Effect.StopProcesses(stopping.state().generation())));
  }

  @Test
  void every_event_in_every_state_has_a_recovery() {
    for (Scenario anywhere : SandboxStates.all()) {
      for (SandboxEvent event : SandboxStates.eventsFor(anywhere.state())) {
        assertThat(recovered(anywhere, event).next().running()).isEmpty();
      }
    }
  }
}

package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingStream;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
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
    return effect
            instanceof
            Effect.Complete(var completed, Outcome.Failed(var error, var type, var message))
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
    int generation = stopping.state().generation();

    Transition transition = recovered(stopping, new SandboxEvent.RuntimeExited(generation, EXIT_3));

    assertThat(transition.effects()).isEqualTo(List.of(new Effect.StopProcesses(generation)));
  }

  @Test
  void a_stop_goes_on_if_the_rule_of_its_stage_throws_each_time() {
    SandboxMachine wrong =
        new SandboxMachine(SandboxConfig.started(Scenario.INIT_TIMEOUT)) {
          @Override
          public Transition apply(SandboxState state, SandboxEvent event, long nowNanos) {
            if (event instanceof SandboxEvent.Disconnected
                || event instanceof SandboxEvent.ProcessesGone) {
              throw new IllegalStateException("a rule that is wrong");
            }
            return super.apply(state, event, nowNanos);
          }
        };
    Sandbox sandbox = new Sandbox(wrong, Sandboxes.sandbox().ports());

    sandbox.post(new SandboxEvent.InitRequested());
    sandbox.post(new SandboxEvent.ShutdownRequested());

    assertThat(sandbox.terminated()).isDone();
  }

  @Test
  void an_invocation_that_waits_for_the_end_of_a_reset_fails() {
    Scenario resetting = ready().exited(EXIT_3).invoked(a);

    Transition transition = recovered(resetting, new SandboxEvent.ProcessesGone(1));

    assertThat(transition.effects()).contains(available(a)).anyMatch(effect -> failed(effect, a));
  }

  @Test
  void a_slot_that_is_withdrawn_takes_no_other_with_it() {
    Scenario attached = Scenario.attached().initRequested().polled(next);

    Transition transition = recovered(attached, new SandboxEvent.SlotWithdrawn(laterNext));

    assertThat(transition.next().slots()).containsExactly(next);
  }

  @Test
  void a_stream_whose_end_is_refused_is_not_aborted_too() {
    Invocation streamed =
        Invocations.invocation().requestId("a").sink(new RecordingStream()).build();
    Scenario streaming = ready().invoked(streamed).responseBegan(reply, "a");
    Reply whole = new Reply.Streamed(ResponseEnd.COMPLETE, 1, null, null);

    Transition transition = recovered(streaming, new SandboxEvent.ReplyEnded(reply, whole));

    assertThat(transition.effects())
        .contains(new Effect.Refuse(reply, new Refusal.PlatformError()))
        .doesNotContain(new Effect.AbortReply(reply));
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

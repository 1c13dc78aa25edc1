package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeRestoreSlot;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingStream;
import dev.rapid.core.worker.Reply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several invocations in one runtime (contract lifecycle-and-control, section 9). */
final class SharedRuntimeTest extends SandboxFixture {

  private final Invocation c = Invocations.anInvocation("c");

  private static Scenario withCapacity(int capacity) {
    return Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withCapacity(capacity));
  }

  private Scenario bothRunning() {
    return withCapacity(2).initRequested().polled(next).polled(laterNext).invoked(a).invoked(b);
  }

  private static List<InvocationStatus> statuses(Scenario scenario) {
    return scenario.state().running().stream().map(RunningInvocation::status).toList();
  }

  @Test
  void each_parked_poll_takes_an_event_the_oldest_first() {
    Scenario ready = withCapacity(2).initRequested().polled(next).polled(laterNext);

    assertThat(ready.invoked(a).effects())
        .contains(new Effect.Deliver(next, a, deadlineAt(FUNCTION_TIMEOUT)));
    assertThat(ready.invoked(b).effects())
        .contains(new Effect.Deliver(laterNext, b, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void the_capacity_is_the_limit_whatever_number_of_polls_is_parked() {
    Scenario full = bothRunning().polled(new FakeSlot("spare"));

    assertThat(full.invoked(c).effects()).containsExactly(complete(c, THROTTLED), available(c));
  }

  @Test
  void an_event_waits_for_a_poll() {
    Scenario running = withCapacity(2).initRequested().polled(next).invoked(a).invoked(b);

    assertThat(statuses(running))
        .containsExactly(InvocationStatus.DELIVERED, InvocationStatus.PENDING);
    assertThat(running.polled(laterNext).effects())
        .containsExactly(new Effect.Deliver(laterNext, b, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void a_reply_ends_its_invocation_without_another_poll_and_no_other_invocation() {
    Scenario replying = bothRunning().responseBegan(reply, "b").responseBegan(laterReply, "a");

    replying.replyEnded(reply, RESPONSE);

    assertThat(replying.effects())
        .contains(complete(b, RETURNED), new Effect.AcceptReply(reply), available(b))
        .doesNotContain(available(a));
    assertThat(statuses(replying)).containsExactly(InvocationStatus.REPLYING);
  }

  @Test
  void a_worker_may_poll_before_it_replies() {
    Scenario running = bothRunning().polled(new FakeSlot("early"));

    running.responseBegan(reply, "a").replyEnded(reply, RESPONSE);

    assertThat(running.effects()).contains(available(a));
    assertThat(running.invoked(c).effects()).anyMatch(Effect.Deliver.class::isInstance);
  }

  @Test
  void a_timeout_ends_one_invocation_and_the_runtime_lives() {
    Invocation quick = Invocations.invocation().requestId("q").timeout(MILLI).build();
    Scenario running = withCapacity(2).initRequested().polled(next).polled(laterNext);
    running.invoked(a).invoked(quick).at(MILLI).deadline();

    assertThat(running.effects())
        .contains(
            failed(quick, ErrorType.SANDBOX_TIMEDOUT, "Timed out after 0.00 seconds"),
            available(quick),
            armDeadline(FUNCTION_TIMEOUT));
    assertThat(statuses(running)).containsExactly(InvocationStatus.DELIVERED);
    assertThat(running.responseBegan(reply, "q").effects()).containsExactly(wrongId(reply));
  }

  @Test
  void an_exit_fails_all_that_the_runtime_had_and_leaves_the_rest_to_its_successor() {
    Scenario running = withCapacity(3).initRequested().polled(next).polled(laterNext);
    running.invoked(a).invoked(b).invoked(c);

    running.exited(EXIT_3).grace();

    String message = "The runtime ended: exit status 3";
    assertThat(running.effects())
        .contains(
            failed(a, ErrorType.RUNTIME_EXIT_ERROR, message),
            failed(b, ErrorType.RUNTIME_EXIT_ERROR, message));
    assertThat(running.state().waiting())
        .extracting(WaitingInvocation::invocation)
        .containsExactly(c);
    assertThat(running.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void a_reply_on_the_wire_of_a_dead_runtime_reaches_its_caller() {
    Scenario dead = bothRunning().exited(EXIT_3);

    dead.responseBegan(reply, "a").replyEnded(reply, RESPONSE);

    assertThat(dead.effects()).contains(complete(a, RETURNED));
    assertThat(dead.grace().effects())
        .anyMatch(effect ->
            effect instanceof Effect.Complete(var ended, Outcome.Failed f) && ended.equals(b));
    assertThat(dead.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_invocation_that_comes_while_the_runtime_is_ending_waits_for_its_successor() {
    Scenario dead =
        withCapacity(2).initRequested().polled(next).polled(laterNext).invoked(a).exited(EXIT_3);

    dead.invoked(b);

    assertThat(dead.effects()).isEmpty();
    assertThat(dead.grace().gone().polled(new FakeSlot()).emitted())
        .contains(new LifecycleEvent.Start(b));
  }

  @Test
  void two_invocations_with_one_request_id_run_one_after_the_other() {
    Invocation twin = Invocations.anInvocation("a");
    Scenario running = withCapacity(2).initRequested().polled(next).polled(laterNext);

    running.invoked(a).invoked(twin);

    assertThat(statuses(running))
        .containsExactly(InvocationStatus.DELIVERED, InvocationStatus.PENDING);
    running.responseBegan(reply, "a").replyEnded(reply, RESPONSE);
    assertThat(running.effects())
        .contains(
            complete(a, RETURNED),
            new Effect.Deliver(laterNext, twin, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void a_second_reply_to_one_invocation_is_refused_while_the_other_runs() {
    Scenario replied = bothRunning().responseBegan(reply, "a").replyEnded(reply, RESPONSE);

    assertThat(replied.responseBegan(laterReply, "a").effects())
        .containsExactly(wrongId(laterReply));
    assertThat(statuses(replied)).containsExactly(InvocationStatus.DELIVERED);
  }

  @Test
  void several_callers_wait_for_the_init_and_begin_in_their_order() {
    Scenario waiting = withCapacity(2).invoked(a).invoked(b);

    assertThat(waiting.invoked(c).effects()).containsExactly(complete(c, THROTTLED), available(c));
    assertThat(waiting.polled(next).emitted())
        .containsSubsequence(new LifecycleEvent.Start(a), new LifecycleEvent.Start(b));
  }

  @Test
  void all_that_pay_for_an_init_get_its_error() {
    Scenario paying = withCapacity(2).invoked(a).invoked(b).died(EXIT_3).gone();

    paying.initError(initError, ERROR);

    assertThat(paying.effects())
        .contains(new Effect.Share(ERROR), complete(a, REPORTED), complete(b, REPORTED));
  }

  @Test
  void a_reset_ends_all_of_them() {
    Scenario running = bothRunning();

    running.resetRequested(result -> {}, ShutdownReason.FAILURE, MILLI);

    assertThat(running.effects()).contains(available(a), available(b));
  }

  @Test
  void extensions_are_not_told_of_invocations() {
    Scenario ready =
        Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withExtensions().withCapacity(2))
            .initRequested()
            .found("logger")
            .registered("logger", "INVOKE")
            .eventPolled("logger")
            .polled(next);

    assertThat(ready.invoked(a).effects()).noneMatch(Effect.DeliverInvoke.class::isInstance);
  }

  @Test
  void a_reply_that_broke_off_waits_for_the_end_of_the_runtime_whatever_others_poll() {
    Scenario truncated =
        bothRunning()
            .responseBegan(reply, "a")
            .replyEnded(reply, new Reply.Truncated(true))
            .polled(new FakeSlot("other worker"));

    assertThat(truncated.effects()).isEmpty();
    assertThat(truncated.grace().effects())
        .contains(
            failed(
                a,
                ErrorType.RUNTIME_TRUNCATED_RESPONSE,
                "The runtime's response ended before its announced end"));
    assertThat(statuses(truncated)).containsExactly(InvocationStatus.DELIVERED);
  }

  @Test
  void replies_can_come_in_any_order() {
    Scenario running = bothRunning();
    FakeReply first = new FakeReply("first");

    running.responseBegan(first, "b").replyEnded(first, RESPONSE);
    running.errorBegan(reply, "a").replyEnded(reply, ERROR);

    assertThat(running.effects()).contains(complete(a, REPORTED));
    assertThat(running.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_event_that_did_not_reach_a_runtime_that_is_ending_is_the_first_of_its_successor() {
    Scenario dead =
        withCapacity(2).initRequested().polled(next).polled(laterNext).invoked(a).exited(EXIT_3);

    dead.invoked(b).deliveryFailed(next);

    assertThat(dead.phase()).isInstanceOf(Phase.Resetting.class);
    assertThat(dead.state().waiting())
        .extracting(WaitingInvocation::invocation)
        .containsExactly(a, b);
  }

  private static Invocation reserved(String id) {
    return Invocations.invocation().requestId(id).reserved().build();
  }

  @Test
  void an_invocation_on_a_reservation_that_waits_for_a_successor_is_not_lost() {
    Scenario dead =
        withCapacity(2).initRequested().polled(next).invoked(reserved("a")).exited(EXIT_3);

    dead.invoked(reserved("b")).grace();

    assertThat(dead.phase()).isInstanceOf(Phase.Resetting.class);
    assertThat(dead.state().waiting()).hasSize(1);
  }

  @Test
  void an_invocation_that_comes_during_an_init_that_another_pays_for_outlives_its_failure() {
    Scenario paying =
        withCapacity(2).initRequested().polled(next).exited(EXIT_3).gone().invoked(reserved("a"));

    paying.invoked(reserved("b")).died(EXIT_3);

    assertThat(paying.state().waiting())
        .extracting(each -> each.invocation().requestId())
        .containsExactly("b");
  }

  @Test
  void two_with_one_request_id_time_out_together_each_once() {
    Invocation twin = Invocations.anInvocation("a");
    Scenario running = withCapacity(2).initRequested().polled(next).polled(laterNext);

    running.invoked(a).invoked(twin).at(FUNCTION_TIMEOUT).deadline();

    assertThat(running.effects())
        .contains(available(a), available(twin))
        .noneMatch(Effect.Deliver.class::isInstance);
    assertThat(running.state().running()).isEmpty();
  }

  @Test
  void an_invocation_left_to_a_successor_times_out_while_another_one_still_streams() {
    Invocation slow =
        Invocations.invocation()
            .requestId("slow")
            .sink(new RecordingStream())
            .timeout(Duration.ofMinutes(15))
            .build();
    Scenario dead = withCapacity(2).initRequested().polled(next).invoked(slow);
    dead.responseBegan(reply, "slow").invoked(b).exited(EXIT_3);
    assertThat(dead.effects()).contains(armDeadline(FUNCTION_TIMEOUT));

    dead.at(FUNCTION_TIMEOUT).deadline();

    assertThat(dead.effects())
        .contains(
            failed(b, ErrorType.SANDBOX_TIMEDOUT, "Timed out after 3.00 seconds"), available(b));
    assertThat(dead.state().running()).hasSize(1);
  }

  @Test
  void payers_of_one_init_start_in_their_order_also_if_a_later_one_times_out_first() {
    Invocation brief = Invocations.invocation().requestId("b").timeout(MILLI).build();
    Scenario paying = withCapacity(2).initRequested().polled(next).exited(EXIT_3);
    paying.invoked(a).invoked(brief).gone();

    paying.at(MILLI).deadline();

    assertThat(paying.emitted())
        .containsSubsequence(new LifecycleEvent.Start(a), new LifecycleEvent.Start(brief));
    assertThat(paying.state().waiting())
        .extracting(WaitingInvocation::invocation)
        .containsExactly(a);
  }

  @Test
  void the_deadline_of_one_that_pays_for_a_restore_does_not_fail_another() {
    Scenario paying = withCapacity(2).initRequested().polled(next).exited(EXIT_3).gone();
    paying.invoked(a).restorePolled(new FakeRestoreSlot());
    paying.at(FUNCTION_TIMEOUT.minus(MILLI)).invoked(b).at(FUNCTION_TIMEOUT).deadline();

    assertThat(paying.effects()).contains(available(a)).doesNotContain(available(b));
    assertThat(paying.state().waiting())
        .extracting(WaitingInvocation::invocation)
        .containsExactly(b);
  }
}

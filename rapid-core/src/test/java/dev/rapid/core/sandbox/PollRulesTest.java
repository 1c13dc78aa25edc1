package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.testing.FakeExtensionCall;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeRestoreSlot;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.core.worker.WorkerState;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the polls of a runtime with several workers get, what one gets whose connection is lost, and
 * which delivery a reply belongs to.
 */
final class PollRulesTest {

  private static final Outcome RETURNED = new Outcome.Returned(Payload.EMPTY, null);
  private static final Reply RESPONSE = new Reply.Response(Payload.EMPTY, null);

  private final Invocation a = Invocations.anInvocation("a");
  private final Invocation b = Invocations.anInvocation("b");
  private final FakeSlot next = new FakeSlot("next");
  private final FakeSlot second = new FakeSlot("second next");
  private final FakeSlot third = new FakeSlot("third next");
  private final FakeReply reply = new FakeReply("reply");

  private Scenario running() {
    return Scenario.started().initRequested().polled(next).invoked(a);
  }

  private Scenario attached() {
    return Scenario.attached().initRequested().polled(next).invoked(a);
  }

  private static Effect deliver(WorkerSlot call, Invocation invocation) {
    return new Effect.Deliver(call, invocation, deadlineAt(FUNCTION_TIMEOUT));
  }

  private static Effect wrongId(WorkerReply call) {
    return new Effect.Refuse(call, new Refusal.UnknownInvocation());
  }

  // ---------------------------------------------------------------- several workers

  @Test
  void a_poll_while_an_event_is_handled_is_held() {
    Scenario running = running();

    running.polled(second);

    assertThat(running.effects()).isEmpty();
    assertThat(running.worker()).isEqualTo(WorkerState.RUNNING);
    assertThat(running.state().slots()).containsExactly(second);
  }

  @Test
  void a_poll_while_a_response_is_read_is_held() {
    Scenario responding = running().responseBegan(reply, "a");

    responding.polled(second);

    assertThat(responding.effects()).isEmpty();
    assertThat(responding.worker()).isEqualTo(WorkerState.RESPONDING);
  }

  @Test
  void a_poll_while_an_error_is_read_is_held() {
    Scenario failing = running().errorBegan(reply, "a");

    failing.polled(second);

    assertThat(failing.effects()).isEmpty();
    assertThat(failing.worker()).isEqualTo(WorkerState.REPORTING_ERROR);
  }

  @Test
  void a_held_poll_gets_the_next_event() {
    Scenario replied = running().polled(second).responseBegan(reply, "a");

    replied.replyEnded(reply, RESPONSE).invoked(b);

    assertThat(replied.effects()).contains(deliver(second, b));
  }

  @Test
  void a_runtime_that_asked_for_the_next_event_before_it_replied_is_done_with_its_reply() {
    Scenario replied = running().polled(second).responseBegan(reply, "a");

    replied.replyEnded(reply, RESPONSE);

    assertThat(replied.effects())
        .startsWith(new Effect.Complete(a, RETURNED), new Effect.AcceptReply(reply))
        .endsWith(new Effect.BecomeAvailable(a));
    assertThat(replied.emitted())
        .extracting(Object::getClass)
        .containsExactly(
            LifecycleEvent.RuntimeDone.class,
            LifecycleEvent.End.class,
            LifecycleEvent.Report.class);
    assertThat(replied.phase()).isEqualTo(Phase.Serving.IDLE);
    assertThat(replied.worker()).isEqualTo(WorkerState.READY);
  }

  @Test
  void the_worker_that_replied_waits_beside_the_others() {
    Scenario replied =
        running().polled(second).responseBegan(reply, "a").replyEnded(reply, RESPONSE);

    replied.polled(third);

    assertThat(replied.effects()).isEmpty();
    assertThat(replied.state().slots()).containsExactly(second, third);
  }

  @Test
  void a_held_poll_that_is_abandoned_is_forgotten() {
    Scenario running = running().polled(second).abandoned(second);

    running.responseBegan(reply, "a").replyEnded(reply, RESPONSE);

    assertThat(running.worker()).isEqualTo(WorkerState.REPLIED);
    assertThat(running.polled(third).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_held_poll_gets_the_event_that_could_not_be_written_to_the_first_one() {
    Scenario running = running().polled(second);

    running.deliveryFailed(next);

    assertThat(running.effects()).containsExactly(deliver(second, a));
  }

  @Test
  void a_runtime_that_rapid_started_may_close_the_connection_on_which_it_got_the_event() {
    Scenario running = running().deliveryConnectionClosed(next);

    running.polled(second);

    assertThat(running.effects()).isEmpty();
    assertThat(running.responseBegan(reply, "a").effects())
        .containsExactly(new Effect.ReceiveBody(reply));
  }

  // ---------------------------------------------------------------- a runtime of the user

  @Test
  void a_second_worker_of_a_runtime_of_the_user_is_held() {
    Scenario running = attached();

    running.polled(second);

    assertThat(running.effects()).isEmpty();
    assertThat(running.worker()).isEqualTo(WorkerState.RUNNING);
  }

  @Test
  void a_runtime_that_the_user_started_anew_gets_the_same_event_again() {
    Scenario restarted = attached().deliveryConnectionClosed(next);

    restarted.polled(second);

    assertThat(restarted.effects()).containsExactly(deliver(second, a));
    assertThat(restarted.worker()).isEqualTo(WorkerState.RUNNING);
  }

  @Test
  void a_runtime_that_polls_before_the_end_of_its_predecessor_is_seen_gets_the_event_then() {
    Scenario restarted = attached().polled(second);

    restarted.deliveryConnectionClosed(next);

    assertThat(restarted.effects()).containsExactly(deliver(second, a));
  }

  @Test
  void a_worker_that_waited_before_the_event_came_does_not_get_it_again() {
    Scenario running = Scenario.attached().initRequested().polled(next).polled(second).invoked(a);

    running.deliveryConnectionClosed(next);

    assertThat(running.effects()).isEmpty();
    assertThat(running.polled(third).effects()).containsExactly(deliver(third, a));
  }

  @Test
  void a_runtime_that_is_started_anew_twice_gets_the_event_each_time() {
    Scenario restarted = attached().deliveryConnectionClosed(next).polled(second);

    restarted.deliveryConnectionClosed(second).polled(third);

    assertThat(restarted.effects()).containsExactly(deliver(third, a));
  }

  @Test
  void the_end_of_an_earlier_connection_does_not_repeat_the_event() {
    Scenario restarted = attached().deliveryConnectionClosed(next).polled(second).polled(third);

    restarted.deliveryConnectionClosed(next);

    assertThat(restarted.effects()).isEmpty();
  }

  @Test
  void a_runtime_of_the_user_that_replies_over_another_connection_is_heard() {
    Scenario running = attached().deliveryConnectionClosed(next);

    running.responseBegan(reply, "a");

    assertThat(running.effects()).containsExactly(new Effect.ReceiveBody(reply));
  }

  @Test
  void the_end_of_the_connection_after_the_reply_began_repeats_nothing() {
    Scenario replying = attached().responseBegan(reply, "a").polled(second);

    replying.deliveryConnectionClosed(next);

    assertThat(replying.effects()).isEmpty();
  }

  @Test
  void an_event_that_could_not_be_written_to_a_closed_connection_waits_for_the_next_poll() {
    Scenario running = attached().deliveryConnectionClosed(next).deliveryFailed(next);
    assertThat(running.worker()).isEqualTo(WorkerState.READY);

    running.polled(second);

    assertThat(running.effects()).containsExactly(deliver(second, a));
  }

  @Test
  void a_failed_repetition_does_not_take_the_event_from_the_runtime_that_has_it() {
    Scenario running =
        attached().deliveryConnectionClosed(next).polled(second).deliveryFailed(second);

    running.responseBegan(reply, "a");

    assertThat(running.effects()).containsExactly(new Effect.ReceiveBody(reply));
  }

  @Test
  void an_event_whose_repetition_failed_goes_to_the_poll_that_comes_next() {
    Scenario running =
        attached().deliveryConnectionClosed(next).polled(second).deliveryFailed(second);

    running.polled(third);

    assertThat(running.effects()).containsExactly(deliver(third, a));
  }

  @Test
  void a_failed_first_delivery_does_not_take_the_event_from_the_poll_that_got_it_later() {
    Scenario running =
        attached().deliveryConnectionClosed(next).polled(second).deliveryFailed(next);

    running.responseBegan(reply, "a");

    assertThat(running.effects()).containsExactly(new Effect.ReceiveBody(reply));
  }

  // ---------------------------------------------------------------- which delivery is answered

  @Test
  void a_reply_to_the_delivery_is_taken() {
    Scenario running = running();

    running.responseBegan(reply, "a", next.deliveryId());

    assertThat(running.effects()).containsExactly(new Effect.ReceiveBody(reply));
  }

  @Test
  void a_response_to_another_delivery_is_refused_and_changes_nothing() {
    Scenario running = running();
    SandboxState before = running.state();

    running.responseBegan(reply, "a", second.deliveryId());

    assertThat(running.effects()).containsExactly(wrongId(reply));
    assertThat(running.state()).isEqualTo(before);
  }

  @Test
  void an_error_of_another_delivery_is_refused_and_changes_nothing() {
    Scenario running = running();
    SandboxState before = running.state();

    running.errorBegan(reply, "a", second.deliveryId());

    assertThat(running.effects()).containsExactly(wrongId(reply));
    assertThat(running.state()).isEqualTo(before);
  }

  @Test
  void a_late_reply_does_not_answer_the_next_invocation_with_the_same_request_id() {
    Scenario repeated =
        attached()
            .at(FUNCTION_TIMEOUT)
            .deadline()
            .gone()
            .polled(second)
            .invoked(Invocations.anInvocation("a"));

    repeated.responseBegan(reply, "a", next.deliveryId());

    assertThat(repeated.effects()).containsExactly(wrongId(reply));
  }

  @Test
  void a_late_reply_is_refused_also_before_the_next_invocation_is_delivered() {
    Scenario repeated =
        attached().at(FUNCTION_TIMEOUT).deadline().gone().invoked(Invocations.anInvocation("a"));

    repeated.responseBegan(reply, "a", next.deliveryId());

    assertThat(repeated.effects()).containsExactly(wrongId(reply));
  }

  @Test
  void the_reply_of_a_runtime_that_was_replaced_is_not_that_of_its_successor() {
    Scenario restarted = attached().deliveryConnectionClosed(next).polled(second);

    restarted.responseBegan(reply, "a", next.deliveryId());
    assertThat(restarted.effects()).containsExactly(wrongId(reply));

    restarted.responseBegan(reply, "a", second.deliveryId());
    assertThat(restarted.effects()).containsExactly(new Effect.ReceiveBody(reply));
  }

  @Test
  void a_second_reply_to_the_delivery_is_too_late() {
    Scenario replied = running().responseBegan(reply, "a").replyEnded(reply, RESPONSE);

    FakeReply another = new FakeReply("another reply");
    replied.responseBegan(another, "a", next.deliveryId());

    assertThat(replied.effects())
        .containsExactly(
            new Effect.Refuse(
                another, new Refusal.NotAllowed(WorkerState.REPLIED, WorkerState.RESPONDING)));
  }

  // ---------------------------------------------------------------- while processes are ended

  @Test
  void a_poll_of_a_runtime_that_is_being_ended_is_held() {
    Scenario resetting = running().at(FUNCTION_TIMEOUT).deadline();

    resetting.polled(second);
    assertThat(resetting.effects()).isEmpty();

    resetting.shutdownRequested().polled(third);
    assertThat(resetting.effects()).isEmpty();
  }

  @Test
  void a_poll_that_is_held_during_a_reset_gets_nothing_of_the_next_generation() {
    Scenario reset = running().at(FUNCTION_TIMEOUT).deadline().polled(second).invoked(b).gone();

    reset.polled(third);

    assertThat(reset.effects())
        .contains(new Effect.Deliver(third, b, deadlineAt(FUNCTION_TIMEOUT.multipliedBy(2))));
    assertThat(reset.state().slots()).isEmpty();
  }

  @Test
  void a_poll_is_held_until_a_client_of_the_control_api_resets_the_sandbox() {
    Invocation reserved = Invocations.invocation().requestId("a").reserved().build();
    Scenario failed =
        Scenario.started()
            .initRequested()
            .polled(next)
            .invoked(reserved)
            .exited(new ProcessExit.Exited(1))
            .grace();
    assertThat(failed.phase()).isEqualTo(new Phase.Failed());

    failed.polled(second);

    assertThat(failed.effects()).isEmpty();
  }

  @Test
  void a_poll_for_the_restore_is_held_while_the_sandbox_ends() {
    Scenario ending = running().shutdownRequested();

    ending.restorePolled(new FakeRestoreSlot());

    assertThat(ending.effects()).isEmpty();
  }

  @Test
  void a_poll_of_an_extension_is_held_in_every_stage_of_a_shutdown() {
    for (Scenario ending : endings()) {
      FakeExtensionCall.Next poll = new FakeExtensionCall.Next("late event next");

      ending.eventPolled(poll, "logger.sh");

      assertThat(ending.effects()).noneMatch(Effect.RefuseExtension.class::isInstance);
    }
  }

  /** Shutdowns of a sandbox with an extension, one in each stage. */
  private List<Scenario> endings() {
    return List.of(
        withExtension().shutdownRequested(),
        withExtension().withSlowSubscribers().shutdownRequested().exited(new ProcessExit.Exited(0)),
        withExtension().shutdownRequested().exited(new ProcessExit.Exited(0)),
        withExtension().shutdownRequested().exited(new ProcessExit.Exited(0)).grace());
  }

  private Scenario withExtension() {
    FakeReply response = new FakeReply();
    return Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withExtensions())
        .initRequested()
        .found("logger.sh")
        .registered("logger.sh", "INVOKE", "SHUTDOWN")
        .eventPolled("logger.sh")
        .polled(next)
        .invoked(a)
        .responseBegan(response, "a")
        .replyEnded(response, RESPONSE);
  }

  @Test
  void an_event_on_a_reservation_that_could_not_be_written_waits_for_the_next_poll() {
    Invocation reserved = Invocations.invocation().requestId("a").reserved().build();
    Scenario running =
        Scenario.started().initRequested().polled(next).invoked(reserved).deliveryFailed(next);

    assertThat(running.polled(second).effects())
        .anyMatch(effect ->
            effect instanceof Effect.Deliver(var call, var invocation, var deadline)
                && invocation.equals(reserved));
  }
}

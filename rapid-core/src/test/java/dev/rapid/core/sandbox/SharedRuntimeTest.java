package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.testing.FakeExtensionCall;
import dev.rapid.core.testing.FakeInitFailureCall;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingStream;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.WorkerCall;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several invocations in one runtime (contract lifecycle-and-control, section 9). */
final class SharedRuntimeTest extends SandboxFixture {

  private final Invocation c = Invocations.anInvocation("c");
  private final FakeExtensionCall.Register register = new FakeExtensionCall.Register();

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
  }

  private Scenario timedOut() {
    return bothRunning().at(FUNCTION_TIMEOUT).deadline();
  }

  private static Effect tooLate(WorkerCall call) {
    return new Effect.Refuse(call, new Refusal.InvocationTimedOut());
  }

  @Test
  void a_late_reply_is_refused_as_such_once() {
    Scenario late = timedOut();

    assertThat(late.responseBegan(reply, "a").effects()).containsExactly(tooLate(reply));
    assertThat(late.errorBegan(laterReply, "a").effects()).containsExactly(wrongId(laterReply));
    FakeReply other = new FakeReply("other");
    assertThat(late.errorBegan(other, "b").effects()).containsExactly(tooLate(other));
  }

  @Test
  void a_reply_that_is_on_its_way_at_the_timeout_is_too_late() {
    Scenario late = bothRunning().responseBegan(reply, "a").at(FUNCTION_TIMEOUT).deadline();

    assertThat(late.replyEnded(reply, RESPONSE).effects())
        .containsExactly(new Effect.Discard(RESPONSE), tooLate(reply));
    assertThat(late.responseBegan(laterReply, "a").effects()).containsExactly(wrongId(laterReply));
  }

  @Test
  void the_last_thousand_that_timed_out_are_remembered() {
    Scenario late = withCapacity(1001).initRequested();
    for (int i = 0; i <= TimedOutDeliveries.LIMIT; i++) {
      late.polled(new FakeSlot("slot " + i)).invoked(Invocations.anInvocation("i" + i));
    }

    late.at(FUNCTION_TIMEOUT).deadline();

    assertThat(late.responseBegan(reply, "i0").effects()).containsExactly(wrongId(reply));
    assertThat(late.responseBegan(reply, "i1").effects()).containsExactly(tooLate(reply));
  }

  @Test
  void an_id_that_timed_out_can_run_again_without_the_late_reply_of_the_first_delivery() {
    FakeSlot again = new FakeSlot("again");
    Invocation twin = Invocations.anInvocation("a");
    Scenario second = timedOut().polled(again).invoked(twin);

    second.responseBegan(reply, "a", next.deliveryId());
    assertThat(second.effects()).containsExactly(tooLate(reply));
    second.responseBegan(laterReply, "a", again.deliveryId()).replyEnded(laterReply, RESPONSE);
    assertThat(second.effects()).contains(complete(twin, RETURNED));
  }

  @Test
  void a_late_reply_without_a_delivery_id_does_not_answer_a_twin_that_waits() {
    Scenario second = timedOut().invoked(Invocations.anInvocation("a"));

    assertThat(second.responseBegan(reply, "a").effects()).containsExactly(tooLate(reply));
  }

  @Test
  void what_the_runtime_never_had_leaves_nothing_to_remember() {
    Scenario late = withCapacity(2).initRequested().polled(next).invoked(a).invoked(b);
    late.at(FUNCTION_TIMEOUT).deadline();

    assertThat(late.responseBegan(reply, "b").effects()).containsExactly(wrongId(reply));
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
    Scenario replied = bothRunning().responseBegan(reply, "a");
    assertThat(replied.responseBegan(laterReply, "a").effects())
        .containsExactly(wrongId(laterReply));

    replied.replyEnded(reply, RESPONSE);

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

  private Scenario twoWait() {
    return withCapacity(2).invoked(a).invoked(b);
  }

  @Test
  void the_first_poll_of_any_worker_ends_the_init() {
    assertThat(twoWait().polled(next).phase()).isInstanceOf(Phase.Serving.class);
  }

  @Test
  void an_init_error_of_one_worker_does_not_end_the_init() {
    Scenario failing = twoWait().initError(initError, ERROR);

    assertThat(failing.effects()).containsExactly(new Effect.AcceptInitFailure(initError));
    assertThat(failing.polled(next).phase()).isInstanceOf(Phase.Serving.class);
    assertThat(failing.effects())
        .contains(
            new Effect.Discard(ERROR), new Effect.Deliver(next, a, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void a_second_init_error_is_refused() {
    Scenario failing = twoWait().initError(initError, ERROR);
    FakeInitFailureCall second = new FakeInitFailureCall();

    assertThat(failing.initError(second, ERROR).effects())
        .containsExactly(
            new Effect.Discard(ERROR),
            wrongState(second, WorkerState.STARTED, WorkerState.INIT_FAILED));
  }

  @Test
  void a_worker_that_fails_after_the_init_is_heard_and_changes_nothing() {
    Scenario running = bothRunning().initError(initError, ERROR);

    assertThat(running.effects())
        .containsExactly(new Effect.AcceptInitFailure(initError), new Effect.Discard(ERROR));
    assertThat(statuses(running))
        .containsExactly(InvocationStatus.DELIVERED, InvocationStatus.DELIVERED);
  }

  @Test
  void a_worker_that_fails_while_another_replies_does_not_disturb_it() {
    Scenario replying = bothRunning().responseBegan(reply, "a").initError(initError, ERROR);

    assertThat(replying.effects())
        .containsExactly(new Effect.AcceptInitFailure(initError), new Effect.Discard(ERROR));
    assertThat(replying.replyEnded(reply, RESPONSE).effects()).contains(complete(a, RETURNED));
  }

  @Test
  void all_that_wait_for_an_init_get_the_error_that_a_worker_reported() {
    Scenario failed = twoWait().initError(initError, ERROR).died(EXIT_3);

    assertThat(failed.effects())
        .contains(
            new Effect.Share(ERROR),
            complete(a, REPORTED),
            complete(b, REPORTED),
            available(a),
            available(b));
    assertThat(failed.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void an_init_error_on_the_wire_of_a_dead_runtime_reaches_the_callers() {
    Scenario failed = twoWait().exited(EXIT_3).initError(initError, ERROR);

    assertThat(failed.effects()).contains(complete(a, REPORTED), complete(b, REPORTED));
  }

  @Test
  void all_that_wait_for_an_init_get_the_exit_of_the_runtime() {
    String message = "The runtime ended: exit status 3";

    assertThat(twoWait().died(EXIT_3).effects())
        .contains(
            failed(a, ErrorType.RUNTIME_EXIT_ERROR, message),
            failed(b, ErrorType.RUNTIME_EXIT_ERROR, message));
  }

  @Test
  void all_that_wait_for_an_init_get_its_timeout() {
    Scenario late = twoWait().at(Scenario.INIT_TIMEOUT).deadline();

    String message = "Timed out after 10.00 seconds";
    assertThat(late.effects())
        .contains(
            failed(a, ErrorType.SANDBOX_TIMEDOUT, message),
            failed(b, ErrorType.SANDBOX_TIMEDOUT, message));
    assertThat(reportOf(late).status()).isEqualTo(Status.TIMEOUT);
    assertThat(late.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void an_init_that_takes_too_long_after_a_report_has_its_error() {
    Scenario late = twoWait().initError(initError, ERROR).at(Scenario.INIT_TIMEOUT).deadline();

    assertThat(late.effects()).contains(complete(a, REPORTED), complete(b, REPORTED));
  }

  @Test
  void the_error_of_a_worker_is_given_back_if_the_sandbox_ends_during_the_init() {
    Scenario ended =
        withCapacity(2).initRequested().initError(initError, ERROR).shutdownRequested();

    assertThat(ended.effects()).contains(new Effect.Discard(ERROR));
  }

  @Test
  void the_runtime_after_a_crash_has_an_init_of_its_own() {
    Scenario again = bothRunning().exited(EXIT_3).grace().gone().invoked(c);

    assertThat(again.emitted()).contains(new LifecycleEvent.InitStart(InitPhase.INIT));
    assertThat(again.at(FUNCTION_TIMEOUT.multipliedBy(2)).polled(next).emitted())
        .contains(new LifecycleEvent.Start(c));
  }

  @Test
  void a_reset_ends_all_of_them() {
    Scenario running = bothRunning();

    running.resetRequested(result -> {}, ShutdownReason.FAILURE, MILLI);

    assertThat(running.effects()).contains(available(a), available(b));
  }

  private Scenario withLogger(String... events) {
    return Scenario.with(
            SandboxConfig.started(Scenario.INIT_TIMEOUT).withExtensions().withCapacity(2))
        .initRequested()
        .found("logger")
        .registered(register, "logger", events);
  }

  @Test
  void an_external_extension_can_subscribe_to_the_shutdown_only() {
    assertThat(withLogger("SHUTDOWN", "INVOKE").effects())
        .containsExactly(
            new Effect.RefuseExtension(register, new ExtensionRefusal.UnknownEvent("INVOKE")));
    assertThat(withLogger("SHUTDOWN").effects()).contains(new Effect.AcceptRegistration(register));
  }

  @Test
  void an_internal_extension_can_subscribe_to_nothing() {
    FakeExtensionCall.Register internal = new FakeExtensionCall.Register();
    Scenario starting = withLogger();

    assertThat(starting.registered(internal, "internal", "INVOKE").effects())
        .containsExactly(
            new Effect.RefuseExtension(internal, new ExtensionRefusal.NoEventsForInternal()));
    assertThat(starting.registered(internal, "internal").effects())
        .contains(new Effect.AcceptRegistration(internal));
  }

  @Test
  void the_end_of_an_extension_is_the_end_of_all_invocations_and_of_the_runtime() {
    Scenario running =
        withLogger().eventPolled("logger").polled(next).polled(laterNext).invoked(a).invoked(b);

    running.extensionExited("logger", EXIT_3).grace();

    assertThat(running.effects())
        .contains(
            failed(a, ErrorType.EXTENSION_CRASH, "exit status 3"),
            failed(b, ErrorType.EXTENSION_CRASH, "exit status 3"));
    assertThat(running.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void telemetry_has_one_report_and_no_end_of_the_runtime() {
    Scenario running = bothRunning().at(Duration.ofMillis(5)).responseBegan(reply, "a");

    running.at(Duration.ofMillis(7)).replyEnded(reply, RESPONSE);

    assertThat(running.emitted())
        .hasExactlyElementsOfTypes(LifecycleEvent.End.class, LifecycleEvent.Report.class);
    assertThat(reportOf(running).durationNanos()).isEqualTo(millis(7));
    assertThat(reportOf(running).spans())
        .containsExactly(
            new Span(Span.Name.RESPONSE_LATENCY, millis(7), millis(5)),
            new Span(Span.Name.RESPONSE_DURATION, millis(2), millis(2)));
  }

  @Test
  void the_report_has_the_length_of_the_response() {
    Scenario replied = bothRunning().responseBegan(reply, "a").replyEnded(reply, RESPONSE);

    assertThat(reportOf(replied).producedBytes()).isEqualTo(RESPONSE.payload().size());
  }

  @Test
  void the_report_of_an_invocation_without_a_response_has_no_length() {
    Scenario late = timedOut();

    assertThat(reportOf(late).producedBytes()).isNull();
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
  void the_end_of_a_worker_process_fails_its_invocation_and_no_other() {
    Scenario running = bothRunning();

    running.deliveryConnectionClosed(next).workerEnded(next);

    assertThat(running.effects())
        .contains(failed(a, ErrorType.RUNTIME_EXIT_ERROR, "The worker ended"), available(a))
        .doesNotContain(available(b));
    assertThat(reportOf(running).status()).isEqualTo(Status.ERROR);
    assertThat(statuses(running)).containsExactly(InvocationStatus.DELIVERED);
    assertThat(running.polled(new FakeSlot("other")).invoked(c).effects())
        .anyMatch(Effect.Deliver.class::isInstance);
  }

  @Test
  void an_event_that_waited_for_the_id_of_a_dead_worker_s_invocation_is_delivered() {
    FakeSlot other = new FakeSlot("other");
    Invocation twin = Invocations.anInvocation("a");
    Scenario running = withCapacity(2).initRequested().polled(next).invoked(a).invoked(twin);

    running.polled(other).workerEnded(next);

    assertThat(running.effects())
        .contains(new Effect.Deliver(other, twin, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void the_end_of_a_worker_process_that_has_replied_changes_nothing() {
    Scenario replied = bothRunning().responseBegan(reply, "a").replyEnded(reply, RESPONSE);

    assertThat(replied.workerEnded(next).effects()).isEmpty();
  }

  @Test
  void a_reply_that_broke_off_with_its_worker_process_is_a_truncated_one() {
    Scenario replying = bothRunning().responseBegan(reply, "a").workerEnded(next);
    assertThat(replying.effects()).isEmpty();

    assertThat(replying.replyEnded(reply, new Reply.Truncated(true)).grace().effects())
        .anyMatch(effect ->
            effect instanceof Effect.Complete(var ended, Outcome.Failed f)
                && ended.equals(a)
                && f.error() == ErrorType.RUNTIME_TRUNCATED_RESPONSE);
  }

  private Scenario leftToSuccessor() {
    Scenario dead = withCapacity(2).initRequested().polled(next).invoked(a).invoked(b);
    return dead.at(MILLI).exited(EXIT_3).grace().gone();
  }

  @Test
  void an_invocation_that_was_left_to_a_successor_times_out_during_its_init() {
    Scenario starting = leftToSuccessor();
    assertThat(starting.effects()).contains(armDeadline(FUNCTION_TIMEOUT));
    starting.invoked(c);

    starting.at(FUNCTION_TIMEOUT).deadline();

    assertThat(starting.effects())
        .contains(
            failed(b, ErrorType.SANDBOX_TIMEDOUT, "Timed out after 3.00 seconds"), available(b));
    assertThat(starting.state().waiting())
        .extracting(WaitingInvocation::invocation)
        .containsExactly(c);
    assertThat(starting.phase()).isInstanceOf(Phase.Initializing.class);
  }

  @Test
  void an_invocation_that_was_left_to_a_successor_runs_there() {
    assertThat(leftToSuccessor().polled(laterNext).effects())
        .contains(new Effect.Deliver(laterNext, b, deadlineAt(FUNCTION_TIMEOUT)));
  }
}

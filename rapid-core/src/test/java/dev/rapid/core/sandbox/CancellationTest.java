package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeRestoreSlot;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingStream;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import org.junit.jupiter.api.Test;

/** Callers that do not want their invocation any more. */
final class CancellationTest extends SandboxFixture {

  private static Scenario shared() {
    return Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withCapacity(2))
        .initRequested();
  }

  private static Invocation streamed() {
    return Invocations.invocation().requestId("a").sink(new RecordingStream()).build();
  }

  @Test
  void an_invocation_that_is_cancelled_during_init_is_dropped() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.cancelled(a);

    assertThat(initializing.effects()).contains(complete(a, CALLER_GONE), available(a));
    assertThat(initializing.polled(next).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_invocation_that_pays_for_an_init_is_dropped_too_and_the_init_goes_on() {
    Scenario initializing = suppressedInit();

    initializing.cancelled(a);

    assertThat(initializing.effects()).contains(complete(a, CALLER_GONE), available(a));
    assertThat(initializing.polled(next).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_invocation_that_waits_for_a_successor_is_dropped_and_reported() {
    Scenario resetting = ready().abandoned(next).invoked(a).exited(KILLED);

    resetting.cancelled(a);

    assertThat(resetting.effects()).contains(complete(a, CALLER_GONE), available(a));
    assertThat(reportOf(resetting).status()).isEqualTo(Status.ERROR);
    assertThat(resetting.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void the_deadline_of_an_init_stays_when_an_invocation_that_limited_it_is_dropped() {
    Scenario initializing = shared().polled(next).abandoned(next).invoked(a).exited(KILLED).gone();

    initializing.cancelled(a);

    assertThat(initializing.effects()).contains(armDeadline(Scenario.INIT_TIMEOUT));
  }

  @Test
  void an_invocation_that_the_runtime_works_on_is_ended_together_with_the_processes() {
    Scenario running = running();

    running.cancelled(a);

    assertThat(running.effects())
        .contains(
            complete(a, CALLER_GONE),
            emit(
                new LifecycleEvent.Fault(
                    a, Status.ERROR, "Sandbox.Failure", "The caller has cancelled the invocation")),
            available(a),
            new Effect.StopProcesses(1));
    assertThat(running.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void a_cancelled_invocation_is_no_failure_of_the_sandbox() {
    Scenario running = running().cancelled(a);

    assertThat(running.state().firstError()).isNull();
  }

  @Test
  void an_invocation_that_the_runtime_does_not_have_yet_leaves_it_alone() {
    Scenario pending = ready().abandoned(next).invoked(a);

    pending.cancelled(a);

    assertThat(pending.effects()).contains(complete(a, CALLER_GONE), available(a));
    assertThat(pending.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_invocation_that_extensions_work_on_is_ended_together_with_the_processes() {
    Scenario pending =
        Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withExtensions())
            .initRequested()
            .found("logger")
            .registered("logger", "INVOKE")
            .eventPolled("logger")
            .polled(next)
            .abandoned(next)
            .invoked(a);

    pending.cancelled(a);

    assertThat(pending.effects()).contains(complete(a, CALLER_GONE), available(a));
    assertThat(pending.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void a_reply_that_is_on_its_way_is_dropped_and_the_runtime_goes_on() {
    Scenario responding = responding();

    responding.cancelled(a);
    assertThat(responding.effects())
        .contains(complete(a, CALLER_GONE))
        .doesNotContain(available(a));
    responding.replyEnded(reply, RESPONSE);

    assertThat(responding.effects())
        .containsExactly(new Effect.Discard(RESPONSE), new Effect.AcceptReply(reply));
    assertThat(responding.polled(laterNext).effects()).contains(available(a));
    assertThat(responding.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_stream_that_is_on_its_way_is_cut_short_and_the_runtime_goes_on() {
    Invocation stream = streamed();
    Scenario streaming = ready().invoked(stream).responseBegan(reply, "a");

    streaming.cancelled(stream);
    assertThat(streaming.effects())
        .contains(complete(stream, CALLER_GONE), new Effect.AbortReply(reply));
    streaming.replyEnded(reply, new Reply.Truncated(true));

    assertThat(streaming.effects()).contains(new Effect.Refuse(reply, new Refusal.TruncatedBody()));
    assertThat(streaming.polled(laterNext).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_cancelled_reply_that_does_not_end_times_out_without_a_second_outcome() {
    Scenario responding = responding().cancelled(a);

    responding.at(Scenario.FUNCTION_TIMEOUT).deadline();

    assertThat(responding.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(responding.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_invocation_whose_reply_broke_off_is_not_waited_for() {
    Scenario truncated = responding().replyEnded(reply, new Reply.Truncated(true));

    truncated.cancelled(a);

    assertThat(truncated.effects()).contains(complete(a, CALLER_GONE), cancelGrace());
    assertThat(truncated.polled(laterNext).effects())
        .noneMatch(Effect.Complete.class::isInstance)
        .contains(available(a));
  }

  @Test
  void an_invocation_of_a_shared_runtime_whose_reply_broke_off_is_over() {
    Scenario truncated =
        shared()
            .polled(next)
            .invoked(a)
            .responseBegan(reply, "a")
            .replyEnded(reply, new Reply.Truncated(true));

    truncated.cancelled(a);

    assertThat(truncated.effects()).contains(complete(a, CALLER_GONE), available(a));
    assertThat(truncated.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_invocation_whose_runtime_has_exited_is_not_waited_for() {
    Scenario exited = running().exited(EXIT_3);

    exited.cancelled(a);

    assertThat(exited.effects()).contains(complete(a, CALLER_GONE), available(a));
    assertThat(exited.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_answered_invocation_is_not_cancelled() {
    Scenario responded = responded();
    SandboxState before = responded.state();

    responded.cancelled(a);

    assertThat(responded.effects()).isEmpty();
    assertThat(responded.state()).isEqualTo(before);
  }

  @Test
  void another_callers_invocation_with_the_same_id_goes_on() {
    Scenario running = running();

    running.cancelled(Invocations.anInvocation("a"));

    assertThat(running.effects()).isEmpty();
  }

  @Test
  void a_shared_runtime_is_told_and_goes_on_with_the_others() {
    Scenario shared = shared().polled(next).polled(laterNext).invoked(a).invoked(b);

    shared.cancelled(a);

    assertThat(shared.effects())
        .contains(complete(a, CALLER_GONE), new Effect.CancelDelivery(next, a), available(a));
    assertThat(shared.state().running())
        .extracting(RunningInvocation::invocation)
        .containsExactly(b);
  }

  @Test
  void a_late_reply_to_a_cancelled_invocation_of_a_shared_runtime_is_refused() {
    Scenario shared = shared().polled(next).polled(laterNext).invoked(a).invoked(b).cancelled(a);

    shared.responseBegan(reply, "a");

    assertThat(shared.effects())
        .containsExactly(new Effect.Refuse(reply, new Refusal.InvocationTimedOut()));
  }

  @Test
  @SuppressWarnings("ReferenceEquality") // Ids may be equal.
  void an_invocation_that_waits_for_room_gets_the_place_of_a_cancelled_one() {
    Invocation sameId = Invocations.anInvocation("a");
    Scenario shared = shared().polled(next).polled(laterNext).invoked(a).invoked(sameId);

    shared.cancelled(a);

    assertThat(shared.effects())
        .anyMatch(each -> each instanceof Effect.Deliver e && e.invocation() == sameId);
  }

  @Test
  void a_reply_of_a_shared_runtime_that_nobody_takes_ends_its_invocation() {
    Scenario shared = shared().polled(next).invoked(a).responseBegan(reply, "a").cancelled(a);

    shared.replyEnded(reply, new Reply.Response(Payload.of("1"), null));

    assertThat(shared.effects()).contains(new Effect.AcceptReply(reply), available(a));
  }

  @Test
  void an_invocation_that_waits_for_its_restore_is_dropped_and_the_restore_goes_on() {
    Scenario restoring =
        Scenario.started().initRequested().restorePolled(new FakeRestoreSlot()).invoked(a);

    restoring.cancelled(a);

    assertThat(restoring.effects()).contains(complete(a, CALLER_GONE), available(a));
    assertThat(restoring.polled(new FakeSlot()).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_cancelled_reply_may_be_one_that_is_refused_anyway() {
    FakeReply tooLong = new FakeReply("too long");
    Scenario responding = running().responseBegan(tooLong, "a").cancelled(a);

    responding.replyEnded(tooLong, new Reply.TooLarge(10));

    assertThat(responding.effects()).contains(new Effect.AcceptReply(tooLong));
  }
}

package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingStream;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Responses that go to their caller while the runtime sends them (contract
 * runtime-extensions-telemetry, section 1.3.6).
 */
final class StreamingTest {

  private static final ProcessExit EXIT = new ProcessExit.Exited(3);

  private final RecordingStream sink = new RecordingStream();
  private final Invocation invocation =
      Invocations.invocation()
          .requestId("a")
          .sink(sink)
          .maxResponseBytes(Invocation.UNLIMITED)
          .build();
  private final FakeReply reply = new FakeReply();

  private Scenario running() {
    return Scenario.started().initRequested().polled(new FakeSlot()).invoked(invocation);
  }

  private Scenario streaming() {
    return running().responseBegan(reply, "a");
  }

  private static Reply.Streamed streamed(ResponseEnd end) {
    return new Reply.Streamed(end, 7, null, null);
  }

  @Test
  void a_response_is_streamed_to_a_caller_who_wants_that() {
    assertThat(streaming().effects())
        .containsExactly(new Effect.StreamBody(reply, sink, Invocation.UNLIMITED));
  }

  @Test
  void an_error_is_never_streamed() {
    assertThat(running().errorBegan(reply, "a").effects())
        .containsExactly(new Effect.ReceiveBody(reply));
  }

  @Test
  void a_complete_stream_is_the_outcome_and_is_accepted() {
    assertThat(streaming().replyEnded(reply, streamed(ResponseEnd.COMPLETE)).effects())
        .containsExactly(
            new Effect.Complete(invocation, new Outcome.Streamed(ResponseEnd.COMPLETE, null, null)),
            new Effect.AcceptReply(reply));
  }

  @Test
  void the_trailers_of_the_runtime_reach_the_caller_as_they_are() {
    Reply end = new Reply.Streamed(ResponseEnd.COMPLETE, 7, "sad", "e30=");

    assertThat(streaming().replyEnded(reply, end).effects())
        .contains(
            new Effect.Complete(
                invocation, new Outcome.Streamed(ResponseEnd.COMPLETE, "sad", "e30=")));
  }

  @Test
  void a_truncated_stream_is_refused() {
    assertThat(streaming().replyEnded(reply, streamed(ResponseEnd.TRUNCATED)).effects())
        .contains(new Effect.Refuse(reply, new Refusal.TruncatedBody()));
  }

  @Test
  void an_oversized_stream_is_refused() {
    assertThat(streaming().replyEnded(reply, streamed(ResponseEnd.OVERSIZED)).effects())
        .contains(new Effect.Refuse(reply, new Refusal.PayloadTooLarge()));
  }

  @Test
  void the_bytes_of_a_stream_are_produced_bytes() {
    Scenario polled =
        streaming().replyEnded(reply, streamed(ResponseEnd.COMPLETE)).polled(new FakeSlot());

    assertThat(polled.effects())
        .anySatisfy(effect ->
            assertThat(effect)
                .isInstanceOfSatisfying(
                    Effect.Emit.class,
                    emit ->
                        assertThat(emit.event())
                            .isInstanceOfSatisfying(
                                LifecycleEvent.RuntimeDone.class,
                                done -> assertThat(done.producedBytes()).isEqualTo(7))));
  }

  @Test
  void a_timeout_tells_the_caller_and_then_closes_the_connection_of_the_runtime() {
    Scenario late = streaming().at(Scenario.FUNCTION_TIMEOUT).deadline();

    assertThat(late.effects())
        .startsWith(
            new Effect.Complete(
                invocation,
                new Outcome.Failed(ErrorType.SANDBOX_TIMEDOUT, "Timed out after 3.00 seconds")),
            new Effect.AbortReply(reply));
  }

  @Test
  void what_a_dead_runtime_has_sent_is_streamed_however_long_the_caller_takes() {
    Scenario dead = streaming().exited(EXIT);

    assertThat(dead.effects())
        .noneMatch(effect ->
            effect instanceof Effect.Complete
                || (effect instanceof Effect.ArmTimer arm && arm.timer() == SandboxTimer.GRACE));
    assertThat(dead.at(Duration.ofMillis(2900)).grace().effects()).isEmpty();
  }

  @Test
  void the_end_of_the_stream_of_a_dead_runtime_ends_the_invocation() {
    Scenario ended = streaming().exited(EXIT).replyEnded(reply, streamed(ResponseEnd.COMPLETE));

    assertThat(ended.effects())
        .startsWith(
            new Effect.Complete(invocation, new Outcome.Streamed(ResponseEnd.COMPLETE, null, null)))
        .contains(new Effect.BecomeAvailable(invocation));
  }

  @Test
  void a_shutdown_cuts_a_stream_short() {
    assertThat(streaming().shutdownRequested().effects())
        .contains(new Effect.AbortReply(reply))
        .anyMatch(effect -> effect instanceof Effect.Complete);
  }

  @Test
  void the_end_of_a_body_whose_caller_has_an_outcome_is_of_no_interest() {
    Scenario late = streaming().at(Scenario.FUNCTION_TIMEOUT).deadline();

    assertThat(late.replyEnded(reply, streamed(ResponseEnd.TRUNCATED)).effects())
        .noneMatch(effect -> effect instanceof Effect.Complete);
  }
}

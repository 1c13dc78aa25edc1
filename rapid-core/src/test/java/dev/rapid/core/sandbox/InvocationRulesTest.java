package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Warm invocations: delivery to a poll, timeline, end. */
final class InvocationRulesTest extends SandboxFixture {

  @Test
  void a_warm_invocation_goes_to_the_parked_poll() {
    Scenario ready = ready();

    ready.at(MILLI).invoked(a);

    Duration deadline = MILLI.plus(FUNCTION_TIMEOUT);
    assertThat(ready.effects())
        .containsExactly(
            emit(new LifecycleEvent.Start(a)),
            armDeadline(deadline),
            new Effect.Deliver(next, a, deadlineAt(deadline)));
    assertThat(ready.state().slots()).isEmpty();
  }

  @Test
  void an_invocation_without_a_time_limit_is_delivered_without_a_deadline() {
    Invocation unlimited = Invocations.invocation().timeout(Duration.ZERO).build();
    Scenario ready = Scenario.started().initRequested().polled(next);

    ready.invoked(unlimited);

    assertThat(ready.effects())
        .contains(cancelDeadline(), new Effect.Deliver(next, unlimited, Deadline.NEVER));
    assertThat(ready.at(Duration.ofDays(1)).deadline().effects()).isEmpty();
  }

  @Test
  void the_poll_that_waited_longest_gets_the_event_and_the_others_stay() {
    Scenario ready = ready().polled(laterNext);

    ready.invoked(a);

    assertThat(ready.effects())
        .contains(new Effect.Deliver(next, a, deadlineAt(FUNCTION_TIMEOUT)))
        .doesNotContain(new Effect.Deliver(laterNext, a, deadlineAt(FUNCTION_TIMEOUT)));
    assertThat(ready.state().slots()).containsExactly(laterNext);
  }

  @Test
  void an_abandoned_poll_gets_no_event() {
    Scenario ready = ready().abandoned(next);

    ready.invoked(a);

    assertThat(ready.effects()).noneMatch(Effect.Deliver.class::isInstance);
    assertThat(ready.polled(laterNext).effects())
        .containsExactly(new Effect.Deliver(laterNext, a, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void one_of_two_polls_can_be_abandoned() {
    Scenario ready = ready().polled(laterNext).abandoned(next);

    ready.invoked(a);

    assertThat(ready.effects())
        .contains(new Effect.Deliver(laterNext, a, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void the_end_of_the_connection_of_an_answered_poll_is_of_no_interest() {
    Scenario running = running();
    SandboxState before = running.state();

    running.abandoned(next);

    assertThat(running.effects()).isEmpty();
    assertThat(running.state()).isEqualTo(before);
  }

  @Test
  void an_event_that_could_not_be_written_goes_to_the_next_parked_poll() {
    Scenario running = ready().polled(laterNext).invoked(a);

    running.deliveryFailed(next);

    assertThat(running.effects())
        .containsExactly(new Effect.Deliver(laterNext, a, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void an_event_that_could_not_be_written_waits_for_the_next_poll() {
    Scenario running = running().deliveryFailed(next);
    assertThat(running.worker()).isEqualTo(WorkerState.READY);

    running.polled(laterNext);

    assertThat(running.effects())
        .containsExactly(new Effect.Deliver(laterNext, a, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void a_delivery_that_failed_in_an_earlier_invocation_is_of_no_interest() {
    Scenario running = responded().polled(laterNext).invoked(b);

    running.deliveryFailed(next);

    assertThat(running.effects()).isEmpty();
    assertThat(running.worker()).isEqualTo(WorkerState.RUNNING);
  }

  @Test
  void the_spans_of_an_invocation_follow_each_other_from_its_start_to_the_next_poll() {
    Scenario running = running();

    running
        .at(Duration.ofMillis(10))
        .responseBegan(reply, "a")
        .at(Duration.ofMillis(13))
        .replyEnded(reply, RESPONSE)
        .at(Duration.ofMillis(20))
        .polled(laterNext);

    LifecycleEvent.RuntimeDone done = runtimeDoneOf(running);
    assertThat(done.spans())
        .containsExactly(
            new Span(Span.Name.RESPONSE_LATENCY, millis(20), millis(10)),
            new Span(Span.Name.RESPONSE_DURATION, millis(10), millis(3)),
            new Span(Span.Name.RUNTIME_OVERHEAD, millis(7), millis(7)));
    assertThat(done.durationNanos()).isEqualTo(millis(20));
    assertThat(done.producedBytes()).isEqualTo(4);
  }

  @Test
  void a_response_that_is_too_large_was_produced_all_the_same() {
    Scenario responding = running().at(MILLI).responseBegan(reply, "a");

    responding.at(MILLI.multipliedBy(3)).replyEnded(reply, new Reply.TooLarge(7_000_000));
    responding.polled(laterNext);

    assertThat(responding.emitted().getFirst())
        .isEqualTo(
            new LifecycleEvent.RuntimeDone(
                a,
                Status.SUCCESS,
                null,
                3_000_000,
                7_000_000,
                List.of(
                    new Span(Span.Name.RESPONSE_LATENCY, 3_000_000, 1_000_000),
                    new Span(Span.Name.RESPONSE_DURATION, 2_000_000, 2_000_000),
                    new Span(Span.Name.RUNTIME_OVERHEAD, 0, 0))));
  }

  @Test
  void an_error_that_is_too_large_produces_no_bytes() {
    Scenario failing = running().errorBegan(reply, "a");

    failing.replyEnded(reply, new Reply.TooLarge(7_000_000)).polled(laterNext);

    assertThat(failing.emitted().getFirst())
        .isInstanceOfSatisfying(
            LifecycleEvent.RuntimeDone.class, done -> assertThat(done.producedBytes()).isZero());
  }

  @Test
  void a_reported_error_produces_no_bytes_and_has_no_spans() {
    Scenario running = running().errorBegan(reply, "a").replyEnded(reply, ERROR);

    running.polled(laterNext);

    assertThat(runtimeDoneOf(running).producedBytes()).isZero();
    assertThat(runtimeDoneOf(running).spans()).isEmpty();
  }

  @Test
  void the_poll_after_the_reply_ends_the_invocation() {
    Scenario responded = responded();

    responded.at(MILLI).polled(laterNext);

    assertThat(responded.effects())
        .containsExactly(
            emit(
                new LifecycleEvent.RuntimeDone(
                    a,
                    Status.SUCCESS,
                    null,
                    MILLI.toNanos(),
                    4,
                    List.of(
                        new Span(Span.Name.RESPONSE_LATENCY, MILLI.toNanos(), 0),
                        new Span(Span.Name.RESPONSE_DURATION, MILLI.toNanos(), 0),
                        new Span(Span.Name.RUNTIME_OVERHEAD, MILLI.toNanos(), MILLI.toNanos())))),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a, Status.SUCCESS, null, MILLI.toNanos(), 0L, null, null, List.of())),
            cancelDeadline(),
            available(a));
    assertThat(responded.phase()).isEqualTo(Phase.Serving.IDLE);
    assertThat(responded.state().slots()).containsExactly(laterNext);
  }

  @Test
  void a_poll_of_a_cold_sandbox_is_refused() {
    Scenario cold = Scenario.started();

    cold.polled(next);

    assertThat(cold.effects())
        .containsExactly(wrongState(next, WorkerState.STARTED, WorkerState.READY));
  }

  @Test
  void a_poll_after_a_reset_finds_no_runtime_that_could_be_ready() {
    Scenario cold = running().exited(EXIT_3).grace().gone();

    cold.polled(laterNext);

    assertThat(cold.effects())
        .containsExactly(wrongState(laterNext, WorkerState.STARTED, WorkerState.READY));
  }

  @Test
  void a_second_invocation_is_throttled_and_does_not_disturb_the_first() {
    Scenario running = running();
    SandboxState before = running.state();

    running.invoked(b);

    assertThat(running.effects()).containsExactly(complete(b, THROTTLED), available(b));
    assertThat(running.state()).isEqualTo(before);
  }

  @Test
  void a_second_waiting_invocation_is_throttled_during_init() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.invoked(b);

    assertThat(initializing.effects()).containsExactly(complete(b, THROTTLED), available(b));
  }

  @Test
  void a_second_waiting_invocation_is_throttled_during_a_reset() {
    Scenario resetting = Scenario.started().invoked(a).died(EXIT_3);

    resetting.invoked(b);

    assertThat(resetting.effects()).containsExactly(complete(b, THROTTLED), available(b));
  }
}

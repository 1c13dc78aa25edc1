package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A runtime that the user starts, and that the sandbox can neither start nor stop. */
final class AttachedRuntimeTest extends SandboxFixture {

  private Scenario attachedRunning() {
    return Scenario.attached().initRequested().polled(next).invoked(a);
  }

  @Test
  void a_runtime_that_the_user_starts_is_waited_for_without_limit_and_without_init_telemetry() {
    Scenario cold = Scenario.attached();

    cold.initRequested();
    assertThat(cold.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(1), new Effect.StartRuntime(1), cancelDeadline());

    cold.invoked(a).at(Duration.ofDays(1)).polled(next);
    assertThat(cold.emitted()).containsExactly(new LifecycleEvent.Start(a));
  }

  @Test
  void an_attached_runtime_keeps_its_connections_and_is_waited_for_after_a_timeout() {
    Scenario timedOut = attachedRunning().at(FUNCTION_TIMEOUT).deadline();

    timedOut.gone();

    assertThat(timedOut.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(2), new Effect.StartRuntime(2), cancelDeadline());
    assertThat(timedOut.phase()).isInstanceOf(Phase.Initializing.class);
  }

  @Test
  void a_late_response_of_an_attached_runtime_is_refused_and_it_may_poll_again() {
    Scenario timedOut = attachedRunning().at(FUNCTION_TIMEOUT).deadline().gone();

    timedOut.responseBegan(reply, "a");
    assertThat(timedOut.effects()).containsExactly(wrongId(reply));

    assertThat(timedOut.polled(laterNext).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_poll_of_an_attached_runtime_that_is_parked_during_a_reset_gets_the_next_event() {
    Scenario timedOut = attachedRunning().at(FUNCTION_TIMEOUT).deadline();

    timedOut.polled(laterNext);
    assertThat(timedOut.effects()).isEmpty();

    assertThat(timedOut.gone().phase()).isEqualTo(Phase.Serving.IDLE);
    assertThat(timedOut.invoked(b).effects())
        .contains(new Effect.Deliver(laterNext, b, deadlineAt(FUNCTION_TIMEOUT.multipliedBy(2))));
  }

  @Test
  void a_second_poll_of_an_attached_runtime_outlives_the_reset_and_gets_the_waiting_event() {
    Scenario timedOut =
        Scenario.attached().initRequested().polled(next).polled(laterNext).invoked(a);

    timedOut.at(FUNCTION_TIMEOUT).deadline().invoked(b).gone();

    assertThat(timedOut.effects())
        .contains(new Effect.Deliver(laterNext, b, deadlineAt(FUNCTION_TIMEOUT.multipliedBy(2))));
  }

  @Test
  void an_init_error_of_an_attached_runtime_is_the_waiting_invocations_error_at_once() {
    Scenario initializing = Scenario.attached().invoked(a);

    initializing.initError(initError, ERROR);

    assertThat(initializing.effects())
        .containsExactly(
            new Effect.AcceptInitFailure(initError),
            complete(a, REPORTED),
            cancelGrace(),
            cancelDeadline(),
            emit(new LifecycleEvent.Start(a)),
            emit(new LifecycleEvent.RuntimeDone(a, Status.ERROR, "Function.Boom", 0, 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a, Status.ERROR, "Function.Boom", 0L, null, null, null, List.of())),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void an_init_error_of_an_attached_runtime_that_nobody_waits_for_is_dropped() {
    Scenario initializing = Scenario.attached().initRequested();

    initializing.initError(initError, ERROR);

    assertThat(initializing.effects())
        .contains(new Effect.AcceptInitFailure(initError), new Effect.Discard(ERROR));
    assertThat(initializing.gone().phase()).isInstanceOf(Phase.Initializing.class);
  }

  @Test
  void a_caller_that_does_not_want_to_wait_for_an_attached_runtime_may_go() {
    Scenario initializing = Scenario.attached().invoked(a);

    initializing.callerGone(a);

    assertThat(initializing.effects()).containsExactly(complete(a, CALLER_GONE), available(a));
  }

  @Test
  void a_shutdown_disconnects_an_attached_runtime() {
    Scenario ready = Scenario.attached().initRequested().polled(next);

    ready.shutdownRequested().gone();

    assertThat(ready.effects())
        .containsExactly(
            new Effect.Disconnect(1),
            new Effect.EndSubscriptions(1),
            new Effect.AnnounceTermination());
  }
}

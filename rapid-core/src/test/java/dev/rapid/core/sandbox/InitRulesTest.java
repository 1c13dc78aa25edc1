package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.INIT_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The init that comes before the first invocation: how it begins, how it ends, what waits for it.
 */
final class InitRulesTest extends SandboxFixture {

  @Test
  void a_requested_init_starts_the_runtime_on_the_init_budget() {
    Scenario cold = Scenario.started();

    cold.initRequested();

    assertThat(cold.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(1),
            emit(new LifecycleEvent.InitStart(InitPhase.INIT)),
            new Effect.StartRuntime(1),
            armDeadline(INIT_TIMEOUT));
    assertThat(cold.phase()).isInstanceOf(Phase.Initializing.class);
    assertThat(cold.worker()).isEqualTo(WorkerState.STARTED);
  }

  @Test
  void the_first_invocation_of_a_cold_sandbox_starts_the_runtime_on_the_init_budget() {
    Scenario cold = Scenario.started();

    cold.invoked(a);

    assertThat(cold.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(1),
            emit(new LifecycleEvent.InitStart(InitPhase.INIT)),
            new Effect.StartRuntime(1),
            armDeadline(INIT_TIMEOUT));
  }

  @Test
  void an_init_without_a_budget_has_no_deadline() {
    Scenario cold = Scenario.with(SandboxConfig.started(Duration.ZERO));

    cold.initRequested();

    assertThat(cold.effects()).contains(cancelDeadline());
    assertThat(cold.at(Duration.ofDays(1)).deadline().effects()).isEmpty();
  }

  @Test
  void a_second_request_to_initialize_changes_nothing() {
    Scenario initializing = Scenario.started().initRequested();
    SandboxState before = initializing.state();

    initializing.initRequested();

    assertThat(initializing.effects()).isEmpty();
    assertThat(initializing.state()).isEqualTo(before);
  }

  @Test
  void the_first_poll_ends_an_eager_init() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.at(MILLI).polled(next);

    assertThat(initializing.effects())
        .containsExactly(
            emit(new LifecycleEvent.InitRuntimeDone(InitPhase.INIT, Status.SUCCESS, null)),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INIT, Status.SUCCESS, null, null, MILLI.toNanos())),
            new Effect.CloseSubscriptions(1),
            cancelDeadline());
    assertThat(initializing.phase()).isEqualTo(Phase.Serving.IDLE);
    assertThat(initializing.worker()).isEqualTo(WorkerState.READY);
  }

  @Test
  void the_first_poll_of_a_lazy_init_gets_the_waiting_event_with_a_full_function_budget() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.at(MILLI).polled(next);

    Duration deadline = MILLI.plus(FUNCTION_TIMEOUT);
    assertThat(initializing.effects())
        .containsExactly(
            emit(new LifecycleEvent.InitRuntimeDone(InitPhase.INIT, Status.SUCCESS, null)),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INIT, Status.SUCCESS, null, null, MILLI.toNanos())),
            new Effect.CloseSubscriptions(1),
            emit(new LifecycleEvent.Start(a)),
            armDeadline(deadline),
            new Effect.Deliver(next, a, deadlineAt(deadline)));
    assertThat(initializing.worker()).isEqualTo(WorkerState.RUNNING);
  }

  @Test
  void an_invocation_that_arrives_during_an_eager_init_waits_for_it() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.invoked(a);

    assertThat(initializing.effects()).isEmpty();
    assertThat(initializing.polled(next).effects())
        .contains(new Effect.Deliver(next, a, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void the_first_report_carries_the_duration_of_the_init_and_the_second_does_not() {
    Scenario ready = Scenario.started().initRequested().at(MILLI).polled(next);

    ready.invoked(a).responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(laterNext);
    Long first = reportOf(ready).initDurationNanos();
    ready.invoked(b).responseBegan(laterReply, "b").replyEnded(laterReply, RESPONSE);
    ready.polled(new FakeSlot());
    Long second = reportOf(ready).initDurationNanos();

    assertThat(first).isEqualTo(MILLI.toNanos());
    assertThat(second).isNull();
  }

  @Test
  void an_init_that_fails_before_any_invocation_leaves_a_cold_sandbox() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.died(EXIT_3);

    assertThat(initializing.effects())
        .containsExactly(
            emit(initRuntimeDone(InitPhase.INIT, Status.ERROR, "Runtime.ExitError")),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INIT,
                    Status.ERROR,
                    "Runtime.ExitError",
                    "The runtime ended: exit status 3",
                    SETTLE_TIME.toNanos())),
            cancelGrace(),
            cancelDeadline(),
            new Effect.StopProcesses(1));
    assertThat(initializing.gone().effects())
        .containsExactly(new Effect.Disconnect(1), new Effect.EndSubscriptions(1));
    assertThat(initializing.phase()).isEqualTo(new Phase.Cold());
    assertThat(initializing.worker()).isEqualTo(WorkerState.STARTED);
  }

  @Test
  void an_init_timeout_without_an_invocation_leaves_a_cold_sandbox() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.at(INIT_TIMEOUT).deadline().gone();

    assertThat(initializing.phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void an_alarm_that_rings_before_the_deadline_is_an_old_one() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.at(INIT_TIMEOUT.minusNanos(1)).deadline();

    assertThat(initializing.effects()).isEmpty();
    assertThat(initializing.phase()).isInstanceOf(Phase.Initializing.class);
  }
}

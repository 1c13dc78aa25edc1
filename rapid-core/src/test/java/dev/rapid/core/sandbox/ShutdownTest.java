package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.worker.WorkerState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end of the sandbox. */
final class ShutdownTest extends SandboxFixture {

  @Test
  void a_cold_sandbox_ends_at_once() {
    Scenario cold = Scenario.started();

    cold.shutdownRequested();

    assertThat(cold.effects()).containsExactly(new Effect.AnnounceTermination());
    assertThat(cold.phase()).isEqualTo(new Phase.Terminated());
  }

  @Test
  void a_shutdown_ends_the_runtime_and_then_the_sandbox() {
    Scenario ready = ready();

    ready.shutdownRequested();

    assertThat(ready.effects()).containsExactly(new Effect.StopProcesses(1));
    assertThat(ready.gone().effects())
        .containsExactly(
            new Effect.Disconnect(1),
            new Effect.EndSubscriptions(1),
            new Effect.AnnounceTermination());
  }

  @Test
  void a_shutdown_during_init_rejects_the_waiting_invocation_and_closes_the_init() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.at(MILLI).shutdownRequested();

    assertThat(initializing.effects())
        .containsExactly(
            emit(initRuntimeDone(InitPhase.INIT, Status.ERROR, "Runtime.Unknown")),
            emit(
                new LifecycleEvent.InitReport(
                    InitPhase.INIT,
                    Status.ERROR,
                    "Runtime.Unknown",
                    LifecycleEvent.InitReport.INTERRUPTED,
                    MILLI.toNanos())),
            complete(a, SHUTTING_DOWN),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void a_shutdown_after_an_init_error_gives_no_second_outcome() {
    Scenario initializing = suppressedInit().initError(initError, ERROR);

    initializing.shutdownRequested();

    assertThat(initializing.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(initializing.effects()).endsWith(available(a), new Effect.StopProcesses(2));
  }

  @Test
  void a_shutdown_during_an_invocation_rejects_it_and_reports_a_failure_of_the_platform() {
    Scenario running = running();

    running.at(MILLI).shutdownRequested();

    String type = "Sandbox.Failure";
    assertThat(running.effects())
        .containsExactly(
            complete(a, SHUTTING_DOWN),
            emit(
                new LifecycleEvent.RuntimeDone(
                    a, Status.FAILURE, type, MILLI.toNanos(), 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a, Status.FAILURE, type, MILLI.toNanos(), 0L, null, null, List.of())),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void a_shutdown_after_the_response_leaves_the_response_alone() {
    Scenario responded = responded();

    responded.shutdownRequested();

    assertThat(responded.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(responded.effects()).endsWith(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void a_shutdown_after_the_response_reports_a_success() {
    Scenario responded = responding().replyEnded(reply, RESPONSE);

    responded.shutdownRequested();

    assertThat(reportOf(responded).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_shutdown_during_a_reset_rejects_the_waiting_invocation_and_uses_the_stop_under_way() {
    Scenario resetting = Scenario.started().invoked(a).died(EXIT_3);

    resetting.shutdownRequested();

    assertThat(resetting.effects()).containsExactly(complete(a, SHUTTING_DOWN), available(a));
    assertThat(resetting.gone().phase()).isEqualTo(new Phase.Terminated());
  }

  @Test
  void a_shutdown_during_a_reset_without_an_invocation_waits_for_the_stop_under_way() {
    Scenario resetting = Scenario.started().initRequested().died(EXIT_3);

    resetting.shutdownRequested();

    assertThat(resetting.effects()).isEmpty();
    assertThat(resetting.gone().phase()).isEqualTo(new Phase.Terminated());
  }

  @Test
  void a_shutdown_between_two_runtimes_reports_the_invocation_that_has_begun() {
    Scenario resetting = ready().abandoned(next).invoked(a).exited(KILLED);

    resetting.at(MILLI).shutdownRequested();

    assertThat(resetting.effects()).startsWith(complete(a, SHUTTING_DOWN)).endsWith(available(a));
    assertThat(reportOf(resetting).durationNanos()).isEqualTo(MILLI.toNanos());
  }

  @Test
  void a_second_shutdown_changes_nothing() {
    Scenario ending = ready().shutdownRequested();

    ending.shutdownRequested();
    assertThat(ending.effects()).isEmpty();

    assertThat(ending.gone().shutdownRequested().effects()).isEmpty();
  }

  @Test
  void an_invocation_of_a_sandbox_that_ends_is_rejected() {
    Scenario ending = ready().shutdownRequested();

    ending.invoked(a);
    assertThat(ending.effects()).containsExactly(complete(a, SHUTTING_DOWN), available(a));

    ending.gone().invoked(b);
    assertThat(ending.effects()).containsExactly(complete(b, SHUTTING_DOWN), available(b));
  }

  @Test
  void a_sandbox_that_ended_does_not_initialize_again() {
    Scenario ended = Scenario.started().shutdownRequested();

    ended.initRequested();

    assertThat(ended.effects()).isEmpty();
    assertThat(ended.phase()).isEqualTo(new Phase.Terminated());
  }

  @Test
  void polls_of_a_sandbox_that_ended_are_refused() {
    Scenario ended = Scenario.started().shutdownRequested();

    ended.polled(next);

    assertThat(ended.effects())
        .containsExactly(wrongState(next, WorkerState.STARTED, WorkerState.READY));
  }
}

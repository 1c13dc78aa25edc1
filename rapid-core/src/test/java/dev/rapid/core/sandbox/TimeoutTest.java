package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.error.FailureMessages;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.testing.Invocations;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Deadlines and the alarms that ring for them. */
final class TimeoutTest extends SandboxFixture {

  @Test
  void a_timeout_fails_the_invocation_and_ends_the_runtime() {
    Scenario running = running();

    running.at(FUNCTION_TIMEOUT).deadline();

    String message = "Timed out after 3.00 seconds";
    long duration = FUNCTION_TIMEOUT.toNanos();
    assertThat(running.effects())
        .containsExactly(
            failed(a, ErrorType.SANDBOX_TIMEDOUT, message),
            emit(new LifecycleEvent.Fault(a, Status.TIMEOUT, "Sandbox.Timedout", message)),
            emit(new LifecycleEvent.RuntimeDone(a, Status.TIMEOUT, null, duration, 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a, Status.TIMEOUT, null, duration, 0L, null, null, List.of())),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void each_invocation_has_the_timeout_of_its_own_description_of_the_function() {
    Invocation slow = Invocations.invocation().timeout(Duration.ofSeconds(7)).build();
    Scenario ready = Scenario.started().initRequested().polled(next);

    ready.invoked(slow);

    assertThat(ready.effects())
        .contains(new Effect.Deliver(next, slow, deadlineAt(Duration.ofSeconds(7))));
    assertThat(ready.at(Duration.ofSeconds(7)).deadline().effects())
        .contains(failed(slow, ErrorType.SANDBOX_TIMEDOUT, "Timed out after 7.00 seconds"));
  }

  @Test
  void the_timeout_is_told_with_two_decimals() {
    Invocation quick = Invocations.invocation().timeout(Duration.ofMillis(1250)).build();
    Scenario running = Scenario.started().initRequested().polled(next).invoked(quick);

    running.at(Duration.ofMillis(1250)).deadline();

    assertThat(running.effects())
        .contains(failed(quick, ErrorType.SANDBOX_TIMEDOUT, "Timed out after 1.25 seconds"));
  }

  @Test
  void callers_read_the_type_that_the_platform_gives_an_error_and_telemetry_the_usual_one() {
    Scenario running =
        Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withMessages(new OwnMessages()))
            .initRequested()
            .polled(next)
            .invoked(a);

    running.at(FUNCTION_TIMEOUT).deadline();

    String message = "Timed out after 3.00 seconds";
    assertThat(running.effects())
        .startsWith(
            complete(
                a, new Outcome.Failed(ErrorType.SANDBOX_TIMEDOUT, "SANDBOX_TIMEDOUT", message)),
            emit(new LifecycleEvent.Fault(a, Status.TIMEOUT, "Sandbox.Timedout", message)));
  }

  @Test
  void an_event_that_no_poll_comes_for_times_out() {
    Scenario undelivered = ready().abandoned(next).invoked(a);

    undelivered.at(FUNCTION_TIMEOUT).deadline();

    assertThat(undelivered.effects())
        .startsWith(failed(a, ErrorType.SANDBOX_TIMEDOUT, "Timed out after 3.00 seconds"))
        .endsWith(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void a_runtime_that_does_not_poll_after_its_response_times_out_but_the_response_stands() {
    Scenario responded = responded();

    responded.at(FUNCTION_TIMEOUT).deadline();

    assertThat(responded.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(responded.effects()).endsWith(available(a), new Effect.StopProcesses(1));
    assertThat(reportOf(responded).status()).isEqualTo(Status.TIMEOUT);
  }

  @Test
  void after_a_timeout_the_next_invocation_pays_for_the_next_init() {
    Scenario cold = running().at(FUNCTION_TIMEOUT).deadline().gone();
    assertThat(cold.phase()).isEqualTo(new Phase.Cold());

    cold.invoked(b);

    assertThat(cold.emitted()).containsExactly(new LifecycleEvent.InitStart(InitPhase.INVOKE));
  }

  @Test
  void an_alarm_of_the_invocation_before_does_not_end_the_next_one() {
    Scenario running = responded().at(MILLI).polled(laterNext).invoked(b);

    running.at(FUNCTION_TIMEOUT).deadline();

    assertThat(running.effects()).isEmpty();
  }

  @Test
  void a_grace_alarm_without_a_reason_is_an_old_one() {
    Scenario running = running();

    running.grace();

    assertThat(running.effects()).isEmpty();
  }

  /** A platform with other names for errors, for which an exit with status 0 is in order. */
  static final class OwnMessages implements FailureMessages {

    @Override
    public String typeOf(ErrorType error) {
      return error.name();
    }

    @Override
    public String timedOut(Duration timeout) {
      return PLAIN.timedOut(timeout);
    }

    @Override
    public String responseTooLarge() {
      return PLAIN.responseTooLarge();
    }

    @Override
    public String runtimeExited(ProcessExit exit) {
      return PLAIN.runtimeExited(exit);
    }

    @Override
    public boolean isOrderlyEnd(ProcessExit exit) {
      return exit.equals(EXIT_0);
    }

    @Override
    public String workerExited() {
      return PLAIN.workerExited();
    }

    @Override
    public String extensionExited(ProcessExit exit) {
      return PLAIN.extensionExited(exit);
    }
  }
}

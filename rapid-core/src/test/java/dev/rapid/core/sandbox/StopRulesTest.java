package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.INIT_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static dev.rapid.core.sandbox.Scenario.nanosAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.testing.FakeExtensionCall;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which order and within which time the processes of a sandbox are ended. */
final class StopRulesTest {

  private static final String LOGGER = "logger.sh";
  private static final String TRACER = "tracer";
  private static final ProcessExit EXIT_0 = new ProcessExit.Exited(0);
  private static final ProcessExit EXIT_1 = new ProcessExit.Exited(1);
  private static final ProcessExit TERMINATED = new ProcessExit.Signaled("terminated");
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
  private static final Duration ONE_SECOND = Duration.ofSeconds(1);
  private static final Duration RUNTIMES_SHARE = Duration.ofMillis(600);

  private final Invocation a = Invocations.anInvocation("a");
  private final Invocation reserved = Invocations.invocation().requestId("r").reserved().build();
  private final FakeSlot next = new FakeSlot();
  private final FakeExtensionCall.Next eventNext = new FakeExtensionCall.Next();
  private final FakeExtensionCall.Report report = new FakeExtensionCall.Report();
  private final List<ResetResult> results = new ArrayList<>();
  private final ResetCall call = results::add;

  private static SandboxConfig config() {
    return SandboxConfig.started(INIT_TIMEOUT).withExtensions();
  }

  private Scenario ready(SandboxConfig config, String... events) {
    return Scenario.with(config)
        .initRequested()
        .found(LOGGER)
        .registered(LOGGER, events)
        .eventPolled(eventNext, LOGGER)
        .polled(next);
  }

  private Scenario ready(String... events) {
    return ready(config(), events);
  }

  private Scenario alone(SandboxConfig config) {
    return Scenario.with(config).initRequested().found().polled(next);
  }

  private static Effect armGrace(Duration at) {
    return new Effect.ArmTimer(SandboxTimer.GRACE, nanosAt(at));
  }

  private static Effect cancelGrace() {
    return new Effect.CancelTimer(SandboxTimer.GRACE);
  }

  // ---------------------------------------------------------------- without extensions

  @Test
  void a_runtime_alone_is_killed_at_once() {
    assertThat(alone(config()).shutdownRequested().effects())
        .containsExactly(new Effect.StopProcesses(1));
  }

  @Test
  void a_runtime_alone_is_asked_to_end_if_it_has_a_grace() {
    Scenario ending = alone(config().withShutdownGrace(MILLI)).shutdownRequested();

    assertThat(ending.effects()).containsExactly(new Effect.TerminateRuntime(1), armGrace(MILLI));
    assertThat(ending.exited(TERMINATED).effects())
        .containsExactly(cancelGrace(), new Effect.StopProcesses(1));
  }

  @Test
  void a_runtime_alone_that_does_not_end_within_its_grace_is_killed() {
    Scenario ending = alone(config().withShutdownGrace(MILLI)).shutdownRequested();

    assertThat(ending.staleGrace().effects()).isEmpty();
    assertThat(ending.at(MILLI).grace().effects()).containsExactly(new Effect.StopProcesses(1));
  }

  @Test
  void the_grace_is_for_the_end_and_not_for_a_reset() {
    Scenario running = alone(config().withShutdownGrace(MILLI)).invoked(a);

    running.at(FUNCTION_TIMEOUT).deadline();

    assertThat(running.effects())
        .contains(new Effect.StopProcesses(1))
        .noneMatch(Effect.TerminateRuntime.class::isInstance);
  }

  // ---------------------------------------------------------------- internal extensions

  @Test
  void with_internal_extensions_only_the_runtime_has_half_a_second() {
    Scenario ready =
        Scenario.started().initRequested().registered("inside").eventPolled("inside").polled(next);

    ready.shutdownRequested();

    Duration budget = Duration.ofMillis(500);
    assertThat(ready.effects()).containsExactly(new Effect.TerminateRuntime(1), armGrace(budget));
    assertThat(ready.at(budget).grace().effects())
        .containsExactly(new Effect.KillRuntime(1), new Effect.StopProcesses(1));
  }

  // ---------------------------------------------------------------- external extensions

  @Test
  void the_runtime_ends_first_and_has_its_share_of_two_seconds() {
    Scenario ending = ready("SHUTDOWN").shutdownRequested();

    assertThat(ending.effects())
        .containsExactly(new Effect.TerminateRuntime(1), armGrace(RUNTIMES_SHARE));
  }

  @Test
  void extensions_are_told_when_the_runtime_has_ended_and_have_the_whole_budget() {
    Scenario ending = ready("SHUTDOWN").shutdownRequested().exited(TERMINATED);

    assertThat(ending.effects())
        .containsExactly(
            cancelGrace(),
            armGrace(ONE_SECOND),
            new Effect.FlushSubscribers(1),
            cancelGrace(),
            new Effect.DeliverShutdown(eventNext, ShutdownReason.SPINDOWN, deadlineAt(TWO_SECONDS)),
            armGrace(TWO_SECONDS));
  }

  @Test
  void a_runtime_that_does_not_end_in_its_share_is_killed_before_the_extensions_are_told() {
    Scenario ending = ready("SHUTDOWN").shutdownRequested().at(RUNTIMES_SHARE).grace();

    assertThat(ending.effects())
        .containsExactly(
            new Effect.KillRuntime(1),
            armGrace(RUNTIMES_SHARE.plus(ONE_SECOND)),
            new Effect.FlushSubscribers(1),
            cancelGrace(),
            new Effect.DeliverShutdown(eventNext, ShutdownReason.SPINDOWN, deadlineAt(TWO_SECONDS)),
            armGrace(TWO_SECONDS));
  }

  @Test
  void an_extension_that_does_not_want_to_know_is_killed_at_once() {
    Scenario ending = ready("INVOKE").shutdownRequested().exited(TERMINATED);

    assertThat(ending.effects())
        .containsExactly(
            cancelGrace(),
            armGrace(ONE_SECOND),
            new Effect.FlushSubscribers(1),
            cancelGrace(),
            new Effect.KillExtension(1, LOGGER),
            new Effect.StopProcesses(1));
  }

  @Test
  void all_that_is_left_is_killed_when_the_last_extension_that_was_told_has_ended() {
    Scenario ending = ready("SHUTDOWN").shutdownRequested().exited(TERMINATED);

    ending.extensionExited(LOGGER, EXIT_0);

    assertThat(ending.effects()).containsExactly(cancelGrace(), new Effect.StopProcesses(1));
    assertThat(ending.extension(LOGGER).state()).isEqualTo(ExtensionState.EXITED);
  }

  @Test
  void the_second_of_two_extensions_is_waited_for() {
    Scenario ending =
        Scenario.with(config())
            .initRequested()
            .found(LOGGER, TRACER)
            .registered(LOGGER, "SHUTDOWN")
            .registered(TRACER, "SHUTDOWN")
            .eventPolled(LOGGER)
            .eventPolled(TRACER)
            .polled(next)
            .shutdownRequested()
            .exited(TERMINATED);

    assertThat(ending.extensionExited(TRACER, EXIT_1).effects()).isEmpty();
    assertThat(ending.extension(TRACER).state()).isEqualTo(ExtensionState.SHUTDOWN_FAILED);
    assertThat(ending.extensionExited(LOGGER, EXIT_0).effects())
        .contains(new Effect.StopProcesses(1));
  }

  @Test
  void an_extension_that_does_not_end_is_killed_at_its_deadline() {
    Scenario ending = ready("SHUTDOWN").shutdownRequested().exited(TERMINATED);

    assertThat(ending.staleGrace().effects()).isEmpty();
    assertThat(ending.at(TWO_SECONDS).grace().effects())
        .containsExactly(new Effect.StopProcesses(1));
    ending.extensionExited(LOGGER, new ProcessExit.Signaled("killed"));
    assertThat(ending.extension(LOGGER).state()).isEqualTo(ExtensionState.SHUTDOWN_FAILED);
  }

  @Test
  void an_extension_that_is_busy_is_told_with_its_next_poll() {
    Scenario ending = ready("INVOKE", "SHUTDOWN").invoked(a).shutdownRequested();
    FakeExtensionCall.Next later = new FakeExtensionCall.Next("later");

    assertThat(ending.exited(TERMINATED).effects())
        .noneMatch(Effect.DeliverShutdown.class::isInstance);
    assertThat(ending.eventPolled(later, LOGGER).effects())
        .containsExactly(
            new Effect.DeliverShutdown(later, ShutdownReason.SPINDOWN, deadlineAt(TWO_SECONDS)));
  }

  @Test
  void an_extension_that_polls_before_it_is_its_turn_waits_for_it() {
    Scenario ending = ready("INVOKE", "SHUTDOWN").invoked(a).shutdownRequested();
    FakeExtensionCall.Next later = new FakeExtensionCall.Next("later");

    assertThat(ending.eventPolled(later, LOGGER).effects()).isEmpty();
    assertThat(ending.exited(TERMINATED).effects())
        .contains(
            new Effect.DeliverShutdown(later, ShutdownReason.SPINDOWN, deadlineAt(TWO_SECONDS)));
  }

  @Test
  void a_shutdown_that_could_not_be_written_is_told_with_the_next_poll() {
    Scenario ending = ready("SHUTDOWN").shutdownRequested().exited(TERMINATED);
    FakeExtensionCall.Next later = new FakeExtensionCall.Next("later");

    ending.eventDeliveryFailed(eventNext, LOGGER).eventPolled(later, LOGGER);

    assertThat(ending.effects())
        .containsExactly(
            new Effect.DeliverShutdown(later, ShutdownReason.SPINDOWN, deadlineAt(TWO_SECONDS)));
  }

  @Test
  void an_extension_that_reported_its_exit_cannot_be_told() {
    Scenario ending = ready("SHUTDOWN").extensionExitError(report, LOGGER).shutdownRequested();

    ending.exited(TERMINATED);

    assertThat(ending.effects())
        .contains(
            new Effect.RefuseExtension(
                eventNext,
                new ExtensionRefusal.InvalidState(ExtensionState.EXIT_ERROR, "Ready", true)));
    ending.extensionExited(LOGGER, EXIT_0);
    assertThat(ending.effects()).contains(new Effect.StopProcesses(1));
  }

  @Test
  void a_longer_grace_of_the_runtime_makes_the_extensions_deadline_later() {
    Duration grace = Duration.ofSeconds(5);
    Scenario ending = ready(config().withShutdownGrace(grace), "SHUTDOWN").shutdownRequested();

    assertThat(ending.effects()).contains(armGrace(grace));
    Duration deadline = grace.plus(TWO_SECONDS).minus(RUNTIMES_SHARE);
    assertThat(ending.exited(TERMINATED).effects()).contains(armGrace(deadline));
  }

  @Test
  void the_reason_tells_why() {
    Scenario timedOut = ready("SHUTDOWN").invoked(a).at(FUNCTION_TIMEOUT).deadline();
    Scenario crashed = ready("SHUTDOWN").invoked(a).exited(EXIT_1).grace();

    Duration deadline = FUNCTION_TIMEOUT.plus(TWO_SECONDS);
    assertThat(timedOut.exited(TERMINATED).effects())
        .contains(
            new Effect.DeliverShutdown(eventNext, ShutdownReason.TIMEOUT, deadlineAt(deadline)));
    assertThat(crashed.effects())
        .contains(
            new Effect.DeliverShutdown(
                eventNext,
                ShutdownReason.FAILURE,
                deadlineAt(SandboxConfig.DEFAULT_SETTLE_TIME.plus(TWO_SECONDS))));
  }

  @Test
  void an_extension_that_crashed_is_not_waited_for() {
    Scenario ending = ready("SHUTDOWN").extensionExited(LOGGER, EXIT_1);

    assertThat(ending.effects()).contains(new Effect.TerminateRuntime(1));
    assertThat(ending.exited(TERMINATED).effects()).contains(new Effect.StopProcesses(1));
  }

  @Test
  void an_extension_that_ends_before_it_was_told_is_not_waited_for() {
    Scenario ending = ready("SHUTDOWN").shutdownRequested();

    assertThat(ending.extensionExited(LOGGER, EXIT_0).effects()).isEmpty();
    assertThat(ending.extension(LOGGER).state()).isEqualTo(ExtensionState.READY);
    assertThat(ending.exited(TERMINATED).effects()).contains(new Effect.StopProcesses(1));
  }

  @Test
  void exits_while_processes_are_ended_are_no_failures() {
    Scenario ending = ready("SHUTDOWN").shutdownRequested().exited(TERMINATED);

    ending.extensionExited(LOGGER, EXIT_1);

    assertThat(ending.state().fatalError()).isNull();
  }

  // ---------------------------------------------------------------- telemetry

  @Test
  void subscribers_have_a_second_for_what_waits_for_them_that_does_not_count() {
    Scenario ending = ready("SHUTDOWN").withSlowSubscribers().shutdownRequested();

    ending.exited(TERMINATED);
    assertThat(ending.effects())
        .containsExactly(cancelGrace(), armGrace(ONE_SECOND), new Effect.FlushSubscribers(1));

    Duration deadline = TWO_SECONDS.plus(MILLI);
    assertThat(ending.at(MILLI).flushed().effects())
        .containsExactly(
            cancelGrace(),
            new Effect.DeliverShutdown(eventNext, ShutdownReason.SPINDOWN, deadlineAt(deadline)),
            armGrace(deadline));
  }

  @Test
  void subscribers_that_do_not_take_what_waits_for_them_are_given_up_after_a_second() {
    Scenario ending =
        ready("SHUTDOWN").withSlowSubscribers().shutdownRequested().exited(TERMINATED);

    assertThat(ending.staleGrace().effects()).isEmpty();
    assertThat(ending.at(ONE_SECOND).grace().effects())
        .contains(
            new Effect.DeliverShutdown(
                eventNext, ShutdownReason.SPINDOWN, deadlineAt(TWO_SECONDS.plus(ONE_SECOND))));
    assertThat(ending.flushed().effects()).isEmpty();
  }

  @Test
  void an_extension_that_ends_while_telemetry_is_delivered_is_not_told() {
    Scenario ending =
        ready("SHUTDOWN").withSlowSubscribers().shutdownRequested().exited(TERMINATED);

    assertThat(ending.extensionExited(LOGGER, EXIT_0).effects()).isEmpty();
    assertThat(ending.flushed().effects())
        .containsExactly(cancelGrace(), new Effect.StopProcesses(1));
  }

  @Test
  void a_busy_extension_that_ends_while_telemetry_is_delivered_is_not_told() {
    Scenario ending =
        ready("INVOKE", "SHUTDOWN")
            .invoked(a)
            .at(FUNCTION_TIMEOUT)
            .deadline()
            .withSlowSubscribers()
            .exited(TERMINATED);

    assertThat(ending.extensionExited(LOGGER, EXIT_0).effects()).isEmpty();
    assertThat(ending.flushed().effects())
        .containsExactly(cancelGrace(), new Effect.StopProcesses(1));
  }

  @Test
  void a_runtime_whose_start_fails_while_the_sandbox_ends_counts_as_ended() {
    Scenario ending =
        Scenario.with(config())
            .initRequested()
            .found(LOGGER)
            .registered(LOGGER, "SHUTDOWN")
            .eventPolled(eventNext, LOGGER)
            .shutdownRequested();

    ending.startFailed(new StartFailure(StartFailure.Kind.PERMISSION_DENIED, "denied"));

    assertThat(ending.effects())
        .contains(
            new Effect.DeliverShutdown(
                eventNext, ShutdownReason.SPINDOWN, deadlineAt(TWO_SECONDS)));
  }

  // ---------------------------------------------------------------- the end of a stop

  @Test
  void the_next_generation_waits_until_no_connection_is_left() {
    Scenario resetting = alone(config()).exited(EXIT_1).invoked(a);

    assertThat(resetting.processesGone().effects()).containsExactly(new Effect.Disconnect(1));
    assertThat(resetting.disconnected().effects()).contains(new Effect.FindExtensions(2));
  }

  @Test
  void a_late_poll_of_the_dead_runtime_belongs_to_no_runtime_that_comes() {
    Scenario resetting = alone(config()).exited(EXIT_1).processesGone();
    FakeSlot late = new FakeSlot("late");

    assertThat(resetting.polled(late).effects()).isEmpty();

    assertThat(resetting.disconnected().state().slots()).isEmpty();
  }

  @Test
  void the_states_of_a_sandbox_that_has_ended_can_still_be_seen() {
    Scenario ended =
        ready("SHUTDOWN")
            .shutdownRequested()
            .exited(TERMINATED)
            .extensionExited(LOGGER, EXIT_0)
            .gone();

    assertThat(ended.phase()).isEqualTo(new Phase.Terminated());
    assertThat(ended.worker()).isEqualTo(WorkerState.READY);
    assertThat(ended.extension(LOGGER).state()).isEqualTo(ExtensionState.EXITED);
  }

  // ---------------------------------------------------------------- resets that are asked for

  private ResetResult result(Scenario scenario) {
    for (Effect effect : scenario.effects()) {
      if (effect instanceof Effect.AnswerReset(ResetCall asked, ResetResult result)
          && asked.equals(call)) {
        return result;
      }
    }
    throw new AssertionError("no answer in " + scenario.effects());
  }

  @Test
  void a_reset_of_a_cold_sandbox_is_done_at_once() {
    Scenario cold = Scenario.started().resetRequested(call, ShutdownReason.FAILURE, MILLI);

    assertThat(result(cold)).isEqualTo(new ResetResult(0, null));
  }

  @Test
  void a_reset_tells_how_long_the_extensions_took() {
    Scenario resetting =
        ready("SHUTDOWN").resetRequested(call, ShutdownReason.TIMEOUT, Duration.ofSeconds(1));
    Duration share = Duration.ofMillis(300);

    assertThat(resetting.effects()).contains(armGrace(share));
    resetting.at(MILLI).exited(TERMINATED);
    assertThat(resetting.effects())
        .contains(
            new Effect.DeliverShutdown(
                eventNext, ShutdownReason.TIMEOUT, deadlineAt(Duration.ofSeconds(1))));
    resetting.at(Duration.ofMillis(7)).extensionExited(LOGGER, EXIT_0).gone();
    assertThat(result(resetting)).isEqualTo(new ResetResult(7, null));
    assertThat(resetting.phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void a_reset_that_took_longer_than_its_budget_tells_the_budget() {
    Scenario resetting =
        ready("SHUTDOWN")
            .resetRequested(call, ShutdownReason.TIMEOUT, Duration.ofSeconds(1))
            .exited(TERMINATED)
            .at(Duration.ofMillis(1100))
            .grace()
            .gone();

    assertThat(result(resetting)).isEqualTo(new ResetResult(1000, null));
  }

  @Test
  void a_reset_of_extensions_that_do_not_want_to_know_takes_no_time() {
    Scenario resetting =
        ready("INVOKE")
            .resetRequested(call, ShutdownReason.TIMEOUT, Duration.ofSeconds(1))
            .at(MILLI)
            .exited(TERMINATED)
            .gone();

    assertThat(result(resetting)).isEqualTo(new ResetResult(0, null));
  }

  @Test
  void a_reset_tells_what_an_extension_reported_while_it_was_ended() {
    Scenario resetting =
        ready("SHUTDOWN")
            .resetRequested(call, ShutdownReason.TIMEOUT, Duration.ofSeconds(1))
            .exited(TERMINATED)
            .extensionExitError(report, LOGGER)
            .extensionExited(LOGGER, EXIT_1)
            .gone();

    assertThat(result(resetting).fatalError()).isEqualTo(ErrorType.EXTENSION_EXIT_ERROR);
  }

  @Test
  void a_reset_without_a_budget_tells_the_extensions_and_kills_them() {
    Scenario resetting =
        ready("SHUTDOWN").resetRequested(call, ShutdownReason.TIMEOUT, Duration.ZERO);

    assertThat(resetting.effects())
        .contains(new Effect.TerminateRuntime(1), armGrace(Duration.ZERO));
    assertThat(resetting.grace().effects())
        .contains(
            new Effect.KillRuntime(1),
            new Effect.DeliverShutdown(
                eventNext, ShutdownReason.TIMEOUT, deadlineAt(Duration.ZERO)));
    assertThat(resetting.grace().effects()).contains(new Effect.StopProcesses(1));
  }

  @Test
  void a_reset_ends_the_invocation_that_runs() {
    Scenario running = alone(config()).invoked(a);

    running.resetRequested(call, ShutdownReason.TIMEOUT, MILLI);

    assertThat(running.emitted())
        .contains(new LifecycleEvent.RuntimeDone(a, Status.TIMEOUT, null, 0, 0, List.of()));
    assertThat(running.effects())
        .contains(
            new Effect.Complete(
                a,
                new Outcome.Failed(ErrorType.SANDBOX_TIMEDOUT, "The sandbox was reset (timeout)")),
            new Effect.BecomeAvailable(a));
  }

  @Test
  void a_reset_because_of_a_failure_tells_the_first_thing_that_went_wrong() {
    Scenario running = ready("INVOKE").invoked(a).extensionExited(LOGGER, EXIT_1);

    running.resetRequested(call, ShutdownReason.FAILURE, MILLI);

    assertThat(running.emitted())
        .contains(
            new LifecycleEvent.RuntimeDone(a, Status.ERROR, "Extension.Crash", 0, 0, List.of()));
  }

  @Test
  void a_reset_joins_the_one_that_is_under_way() {
    Scenario resetting = alone(config()).exited(EXIT_1);

    assertThat(resetting.resetRequested(call, ShutdownReason.TIMEOUT, MILLI).effects()).isEmpty();
    assertThat(result(resetting.gone())).isEqualTo(new ResetResult(0, null));
  }

  @Test
  void a_reset_joins_the_end_that_is_under_way() {
    Scenario ending = alone(config()).shutdownRequested();

    assertThat(ending.resetRequested(call, ShutdownReason.TIMEOUT, MILLI).effects()).isEmpty();
    assertThat(result(ending.gone())).isEqualTo(new ResetResult(0, null));
  }

  @Test
  void a_reset_is_answered_once_in_every_state() {
    for (Scenario anywhere : SandboxStates.all()) {
      List<Effect> answers = new ArrayList<>();

      anywhere.resetRequested(call, ShutdownReason.FAILURE, Duration.ofSeconds(1));
      answers.addAll(anywhere.effects());
      anywhere.at(Duration.ofHours(1));
      for (int i = 0; i < 3; i++) {
        answers.addAll(anywhere.grace().effects());
      }
      answers.addAll(anywhere.gone().effects());

      assertThat(answers.stream().filter(Effect.AnswerReset.class::isInstance)).hasSize(1);
    }
  }

  // ---------------------------------------------------------------- reservations

  @Test
  void an_invocation_on_a_reservation_has_no_alarm() {
    Scenario running = alone(config()).invoked(reserved);

    assertThat(running.effects())
        .contains(
            new Effect.CancelTimer(SandboxTimer.DEADLINE),
            new Effect.Deliver(next, reserved, deadlineAt(FUNCTION_TIMEOUT)));
    assertThat(running.at(FUNCTION_TIMEOUT).deadline().effects()).isEmpty();
  }

  @Test
  void a_failure_on_a_reservation_waits_for_the_reset() {
    Scenario failed = alone(config()).invoked(reserved).exited(EXIT_1).grace();

    assertThat(failed.phase()).isEqualTo(new Phase.Failed());
    assertThat(failed.state().fatalError()).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);
    assertThat(failed.effects()).contains(new Effect.BecomeAvailable(reserved));
    failed.resetRequested(call, ShutdownReason.FAILURE, MILLI);
    assertThat(failed.effects()).contains(new Effect.StopProcesses(1));
    assertThat(failed.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void an_invocation_that_comes_after_a_failure_resets_the_sandbox_itself() {
    Scenario failed = alone(config()).invoked(reserved).exited(EXIT_1).grace();

    assertThat(failed.invoked(a).effects()).contains(new Effect.StopProcesses(1));
    assertThat(failed.gone().effects()).contains(new Effect.FindExtensions(2));
  }

  @Test
  void processes_may_end_and_extensions_may_report_while_a_failure_waits_for_its_reset() {
    Scenario failed = ready("INVOKE", "SHUTDOWN").invoked(reserved).exited(EXIT_1).grace();

    assertThat(failed.extensionExitError(report, LOGGER).effects())
        .containsExactly(new Effect.AcceptExtensionError(report));
    assertThat(failed.extensionExited(LOGGER, EXIT_1).effects()).isEmpty();
    assertThat(failed.phase()).isEqualTo(new Phase.Failed());
  }

  @Test
  void the_cause_of_a_failed_init_is_known_until_the_next_init() {
    Scenario failed = Scenario.started().initRequested().exited(EXIT_1).grace();
    assertThat(failed.state().firstError()).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);

    failed.gone();

    assertThat(failed.phase()).isEqualTo(new Phase.Cold());
    assertThat(failed.state().firstError()).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);
    assertThat(failed.initRequested().state().firstError()).isNull();
  }

  @Test
  void the_cause_of_a_failed_init_is_known_until_somebody_asks_for_a_reset() {
    Scenario failed = Scenario.started().initRequested().exited(EXIT_1).grace().gone();

    failed.resetRequested(call, ShutdownReason.FAILURE, MILLI);

    assertThat(failed.state().firstError()).isNull();
    assertThat(results).isEmpty();
    assertThat(failed.effects())
        .containsExactly(new Effect.AnswerReset(call, new ResetResult(0, null)));
  }

  @Test
  void a_reset_that_joins_that_of_a_failed_init_tells_of_no_error_and_clears_the_cause() {
    Scenario failed = Scenario.started().initRequested().exited(EXIT_1).grace();

    failed.resetRequested(call, ShutdownReason.FAILURE, MILLI).gone();

    assertThat(failed.effects()).contains(new Effect.AnswerReset(call, new ResetResult(0, null)));
    assertThat(failed.state().firstError()).isNull();
  }

  @Test
  void a_shutdown_forgets_the_cause_of_a_failed_init() {
    Scenario cold = Scenario.started().initRequested().exited(EXIT_1).grace().gone();

    cold.apply(new SandboxEvent.ShutdownRequested());

    assertThat(cold.phase()).isEqualTo(new Phase.Terminated());
    assertThat(cold.state().firstError()).isNull();
  }

  @Test
  void a_shutdown_forgets_the_cause_of_a_failed_invocation() {
    Scenario failed = ready("INVOKE", "SHUTDOWN").invoked(reserved).exited(EXIT_1).grace();
    assertThat(failed.state().firstError()).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);

    failed.apply(new SandboxEvent.ShutdownRequested());

    assertThat(failed.state().firstError()).isNull();
  }

  @Test
  void an_init_may_have_a_limit_of_its_own() {
    Scenario unlimited = Scenario.started().apply(new SandboxEvent.InitRequested(Duration.ZERO));
    Scenario limited =
        Scenario.started().apply(new SandboxEvent.InitRequested(Duration.ofSeconds(7)));

    assertThat(unlimited.at(Duration.ofDays(1)).deadline().effects()).isEmpty();
    assertThat(limited.effects())
        .contains(new Effect.ArmTimer(SandboxTimer.DEADLINE, nanosAt(Duration.ofSeconds(7))));
  }

  @Test
  void a_reset_ends_an_invocation_on_a_reservation_that_has_not_begun() {
    Scenario resetting = alone(config()).exited(EXIT_1).invoked(reserved);

    resetting.resetRequested(call, ShutdownReason.FAILURE, MILLI);

    assertThat(resetting.effects()).contains(new Effect.BecomeAvailable(reserved));
    assertThat(resetting.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void a_response_after_the_reset_goes_nowhere() {
    FakeReply late = new FakeReply("late");
    Scenario resetting =
        alone(config()).invoked(a).resetRequested(call, ShutdownReason.TIMEOUT, MILLI);

    resetting.responseBegan(late, "a");

    assertThat(resetting.effects())
        .containsExactly(new Effect.Refuse(late, new Refusal.UnknownInvocation()));
  }

  @Test
  void an_extension_that_ends_with_an_event_that_is_no_shutdown_has_not_failed_to_obey() {
    Scenario ending = ready("INVOKE", "SHUTDOWN").invoked(a).at(FUNCTION_TIMEOUT).deadline();

    ending.extensionExited(LOGGER, EXIT_1);

    assertThat(ending.extension(LOGGER).state()).isEqualTo(ExtensionState.RUNNING);
    assertThat(ending.exited(TERMINATED).effects()).contains(new Effect.StopProcesses(1));
  }

  @Test
  void a_lost_invocation_does_not_become_a_shutdown() {
    Scenario ending = ready("INVOKE").invoked(a).shutdownRequested();
    FakeExtensionCall.Next later = new FakeExtensionCall.Next("later");

    ending.eventDeliveryFailed(eventNext, LOGGER);

    assertThat(ending.eventPolled(later, LOGGER).effects()).isEmpty();
  }

  @Test
  void the_news_that_a_process_never_started_counts_as_its_end() {
    StartFailure failure = new StartFailure(StartFailure.Kind.INVALID_ENTRYPOINT, "no");
    Scenario runtime = ready("INVOKE", "SHUTDOWN").invoked(a).at(FUNCTION_TIMEOUT).deadline();
    assertThat(runtime.startFailed(failure).effects())
        .anyMatch(effect -> effect instanceof Effect.CancelTimer);

    Scenario extension =
        Scenario.with(config())
            .initRequested()
            .found(LOGGER, TRACER)
            .extensionExited(TRACER, EXIT_1);
    assertThat(extension.extensionStartFailed(LOGGER, failure).effects()).isEmpty();
    assertThat(extension.extension(LOGGER).alive()).isFalse();
  }

  @Test
  void an_invocation_is_rejected_by_every_sandbox_that_ends() {
    for (Scenario anywhere : SandboxStates.all()) {
      if (anywhere.phase() instanceof Phase.ShuttingDown
          || anywhere.phase() instanceof Phase.Terminated) {
        anywhere.invoked(a);

        assertThat(anywhere.effects())
            .containsExactly(
                new Effect.Complete(a, new Outcome.Rejected(Outcome.Rejection.SHUTTING_DOWN)),
                new Effect.BecomeAvailable(a));
      }
    }
  }

  @Test
  void an_event_that_the_runtime_did_not_get_on_a_reservation_is_given_to_its_successor() {
    Scenario running = alone(config()).invoked(reserved).exited(EXIT_1).deliveryFailed(next);

    assertThat(running.phase()).isInstanceOf(Phase.Resetting.class);
    assertThat(running.effects()).noneMatch(Effect.Complete.class::isInstance);
  }

  @Test
  void an_init_that_a_reserved_invocation_pays_for_is_not_timed_out() {
    Scenario paying =
        Scenario.with(config())
            .initRequested()
            .found()
            .polled(next)
            .resetRequested(call, ShutdownReason.FAILURE, Duration.ZERO)
            .gone()
            .invoked(reserved);

    assertThat(paying.effects()).contains(new Effect.CancelTimer(SandboxTimer.DEADLINE));
    paying.found().at(FUNCTION_TIMEOUT.plusSeconds(1)).deadline();
    assertThat(paying.phase()).isInstanceOf(Phase.Initializing.class);
  }

  @Test
  void a_reserved_invocation_that_comes_while_its_client_resets_does_not_outlive_the_reset() {
    Scenario resetting =
        alone(config()).resetRequested(call, ShutdownReason.FAILURE, MILLI).invoked(reserved);

    resetting.gone();

    assertThat(resetting.effects()).contains(new Effect.BecomeAvailable(reserved));
    assertThat(resetting.phase()).isEqualTo(new Phase.Cold());
  }
}

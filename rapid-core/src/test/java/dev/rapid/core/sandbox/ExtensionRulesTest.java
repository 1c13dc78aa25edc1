package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.INIT_TIMEOUT;
import static dev.rapid.core.sandbox.Scenario.deadlineAt;
import static dev.rapid.core.sandbox.Scenario.nanosAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.testing.FakeExtensionCall;
import dev.rapid.core.testing.FakeInitFailureCall;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What extensions may do, and what a sandbox does about them, one event after the other. */
final class ExtensionRulesTest {

  private static final String LOGGER = "logger.sh";
  private static final String TRACER = "tracer";
  private static final ProcessExit EXIT_1 = new ProcessExit.Exited(1);
  private static final ProcessExit EXIT_0 = new ProcessExit.Exited(0);
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Reply RESPONSE = new Reply.Response(Payload.of("1"), "application/json");

  private final Invocation a = Invocations.anInvocation("a");
  private final FakeSlot next = new FakeSlot();
  private final FakeReply reply = new FakeReply();
  private final FakeExtensionCall.Register register = new FakeExtensionCall.Register();
  private final FakeExtensionCall.Next eventNext = new FakeExtensionCall.Next();
  private final FakeExtensionCall.Next laterEventNext = new FakeExtensionCall.Next("later");
  private final FakeExtensionCall.Subscribe subscribe = new FakeExtensionCall.Subscribe();
  private final FakeExtensionCall.Report report = new FakeExtensionCall.Report();

  private static Scenario cold() {
    return Scenario.with(SandboxConfig.started(INIT_TIMEOUT).withExtensions());
  }

  private static Span extensionOverhead(Duration duration) {
    return new Span(Span.Name.EXTENSION_OVERHEAD, duration.toNanos(), duration.toNanos());
  }

  // ---------------------------------------------------------------- telemetry

  @Test
  void an_unknown_extension_cannot_subscribe() {
    Scenario launching = launching().subscriptionRequested(subscribe, "nobody");

    assertThat(launching.effects())
        .containsExactly(
            new Effect.RefuseExtension(subscribe, new ExtensionRefusal.UnknownIdentifier()));
  }

  @Test
  void an_extension_can_subscribe_until_the_init_is_over() {
    Scenario launching = launching().registered(LOGGER);

    assertThat(launching.subscriptionRequested(subscribe, "#" + LOGGER).effects())
        .containsExactly(new Effect.AdmitSubscriber(subscribe, 1, LOGGER, true));

    launching.eventPolled(LOGGER).polled(next);
    assertThat(launching.effects()).contains(new Effect.CloseSubscriptions(1));
    assertThat(launching.subscriptionRequested(subscribe, "#" + LOGGER).effects())
        .containsExactly(new Effect.AdmitSubscriber(subscribe, 1, LOGGER, false));
  }

  @Test
  void a_subscription_is_told_to_telemetry_unless_it_is_an_old_one() {
    LifecycleEvent.Subscription subscription =
        new LifecycleEvent.Subscription(SubscriptionApi.TELEMETRY, LOGGER, List.of("function"));
    Scenario launching = launching();

    assertThat(launching.apply(new SandboxEvent.Subscribed(1, subscription)).emitted())
        .containsExactly(subscription);
    assertThat(launching.apply(new SandboxEvent.Subscribed(2, subscription)).effects()).isEmpty();
  }

  @Test
  void a_stranger_is_refused_and_a_subscription_told_in_every_state() {
    LifecycleEvent.Subscription subscription =
        new LifecycleEvent.Subscription(SubscriptionApi.LOGS, LOGGER, List.of("function"));
    for (Scenario anywhere : SandboxStates.all()) {
      Phase before = anywhere.phase();
      int generation = anywhere.state().generation();

      assertThat(anywhere.subscriptionRequested(subscribe, "nobody").effects())
          .containsExactly(
              new Effect.RefuseExtension(subscribe, new ExtensionRefusal.UnknownIdentifier()));
      assertThat(anywhere.apply(new SandboxEvent.Subscribed(generation, subscription)).effects())
          .containsExactly(new Effect.Emit(subscription));
      assertThat(anywhere.phase()).isEqualTo(before);
    }
  }

  @Test
  void an_extension_that_ends_when_only_it_is_waited_for_fails_the_init() {
    Scenario waiting = cold().invoked(a).found(LOGGER).registered(LOGGER).polled(next);

    waiting.extensionExited(LOGGER, EXIT_1);

    assertThat(waiting.emitted())
        .contains(
            new LifecycleEvent.InitReport(
                InitPhase.INIT, Status.ERROR, "Extension.Crash", "exit status 1", 0));
    assertThat(waiting.phase()).isInstanceOf(Phase.Resetting.class);
  }

  private static Scenario launching() {
    return cold().initRequested().found(LOGGER);
  }

  private Scenario ready(String... events) {
    return launching().registered(LOGGER, events).eventPolled(eventNext, LOGGER).polled(next);
  }

  private Scenario running() {
    return ready("INVOKE", "SHUTDOWN").invoked(a);
  }

  private Scenario finishing() {
    return running().responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(new FakeSlot());
  }

  private static Effect refused(ExtensionCall call, ExtensionRefusal refusal) {
    return new Effect.RefuseExtension(call, refusal);
  }

  private static ExtensionRefusal wrongState(ExtensionState from, String target) {
    return new ExtensionRefusal.InvalidState(from, target, false);
  }

  // ---------------------------------------------------------------- start

  @Test
  void an_init_begins_with_the_search_for_extensions() {
    Scenario cold = cold().initRequested();

    assertThat(cold.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(1),
            new Effect.Emit(new LifecycleEvent.InitStart(InitPhase.INIT)),
            new Effect.FindExtensions(1),
            new Effect.ArmTimer(SandboxTimer.DEADLINE, nanosAt(INIT_TIMEOUT)));
  }

  @Test
  void without_extensions_the_runtime_starts_at_once() {
    assertThat(cold().initRequested().found().effects())
        .containsExactly(new Effect.StartRuntime(1));
  }

  @Test
  void all_external_extensions_are_started_before_the_runtime() {
    assertThat(cold().initRequested().found(LOGGER, TRACER).effects())
        .containsExactly(
            new Effect.StartExtension(1, LOGGER), new Effect.StartExtension(1, TRACER));
  }

  @Test
  void the_runtime_starts_when_the_last_external_extension_has_registered() {
    Scenario launching = cold().initRequested().found(LOGGER, TRACER);

    assertThat(launching.registered(register, TRACER).effects())
        .containsExactly(new Effect.AcceptRegistration(register));
    FakeExtensionCall.Register last = new FakeExtensionCall.Register();
    assertThat(launching.registered(last, LOGGER).effects())
        .containsExactly(new Effect.AcceptRegistration(last), new Effect.StartRuntime(1));
  }

  @Test
  void the_eleventh_extension_is_not_started_and_fails_the_init() {
    String[] names = IntStream.range(10, 21).mapToObj(i -> "e" + i).toArray(String[]::new);

    Scenario launching = cold().initRequested().found(names);

    assertThat(launching.effects().stream().filter(Effect.StartExtension.class::isInstance))
        .hasSize(10)
        .doesNotContain(new Effect.StartExtension(1, "e20"));
    assertThat(launching.extension("e20").state()).isEqualTo(ExtensionState.LAUNCH_ERROR);
    assertThat(launching.extension("e20").errorType()).isEqualTo("TooManyExtensions");
    assertThat(launching.emitted())
        .contains(
            new LifecycleEvent.InitReport(
                InitPhase.INIT,
                Status.ERROR,
                "Extension.LaunchError",
                "There are 11 extensions; 10 are possible",
                0));
    assertThat(launching.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_extension_that_cannot_be_started_fails_the_init_without_a_runtime() {
    StartFailure failure =
        new StartFailure(StartFailure.Kind.PERMISSION_DENIED, "fork/exec x: permission denied");

    Scenario failed = launching().extensionStartFailed(LOGGER, failure);

    assertThat(failed.extension(LOGGER).errorType()).isEqualTo("PermissionDenied");
    assertThat(failed.emitted())
        .containsExactly(
            new LifecycleEvent.ExtensionInit(LOGGER, "LaunchError", List.of(), "PermissionDenied"),
            new LifecycleEvent.InitReport(
                InitPhase.INIT,
                Status.ERROR,
                "Extension.LaunchError",
                "fork/exec x: permission denied",
                0));
  }

  @ParameterizedTest
  @EnumSource(
      value = StartFailure.Kind.class,
      names = {"INVALID_ENTRYPOINT", "INVALID_WORKING_DIR"})
  void another_start_failure_of_an_extension_is_an_unknown_error(StartFailure.Kind kind) {
    Scenario failed = launching().extensionStartFailed(LOGGER, new StartFailure(kind, "no"));

    assertThat(failed.extension(LOGGER).errorType()).isEqualTo("UnknownError");
  }

  @Test
  void the_runtime_cannot_call_before_it_was_started() {
    Scenario launching = launching();
    SandboxState before = launching.state();

    launching.polled(next);

    assertThat(launching.effects())
        .containsExactly(
            new Effect.Refuse(
                next, new Refusal.NotAllowed(WorkerState.STARTED, WorkerState.READY)));
    assertThat(launching.state()).isEqualTo(before);
  }

  // ---------------------------------------------------------------- readiness

  @Test
  void init_waits_for_the_first_poll_of_every_extension_after_the_runtimes() {
    Scenario waiting = launching().registered(LOGGER).polled(next);

    assertThat(waiting.emitted())
        .containsExactly(new LifecycleEvent.InitRuntimeDone(InitPhase.INIT, Status.SUCCESS, null));
    waiting.at(MILLI).eventPolled(LOGGER);
    assertThat(waiting.emitted())
        .containsExactly(
            new LifecycleEvent.ExtensionInit(LOGGER, "Ready", List.of(), null),
            new LifecycleEvent.InitReport(
                InitPhase.INIT, Status.SUCCESS, null, null, MILLI.toNanos()));
    assertThat(waiting.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void init_waits_for_the_runtime_when_all_extensions_have_polled() {
    Scenario waiting = launching().registered(LOGGER).eventPolled(LOGGER);

    assertThat(waiting.effects()).isEmpty();
    assertThat(waiting.phase()).isInstanceOf(Phase.Initializing.class);
    assertThat(waiting.polled(next).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_extension_that_never_registers_is_the_timeout_of_the_init() {
    Scenario stuck = launching().at(INIT_TIMEOUT).deadline();

    assertThat(stuck.emitted())
        .containsExactly(
            new LifecycleEvent.ExtensionInit(LOGGER, "Started", List.of(), null),
            new LifecycleEvent.InitReport(
                InitPhase.INIT, Status.TIMEOUT, null, null, INIT_TIMEOUT.toNanos()));
    assertThat(stuck.effects()).contains(new Effect.KillExtension(1, LOGGER));
  }

  @Test
  void the_next_generation_finds_its_extensions_anew() {
    Scenario again = launching().extensionExited(LOGGER, EXIT_1).gone().invoked(a);

    assertThat(again.effects()).contains(new Effect.FindExtensions(2));
    assertThat(again.state().extensions()).isEmpty();
  }

  // ---------------------------------------------------------------- registration

  @Test
  void an_external_extension_registers_once() {
    Scenario registered = launching().registered(LOGGER, "INVOKE");

    registered.registered(register, LOGGER, "INVOKE");

    assertThat(registered.effects())
        .containsExactly(refused(register, wrongState(ExtensionState.REGISTERED, "Registered")));
  }

  @Test
  void an_unknown_event_is_refused_and_changes_nothing() {
    Scenario launching = launching();
    SandboxState before = launching.state();

    launching.registered(register, LOGGER, "INVOKE", "Invoke", "SHUTDOWN");

    assertThat(launching.effects())
        .containsExactly(refused(register, new ExtensionRefusal.UnknownEvent("Invoke")));
    assertThat(launching.state()).isEqualTo(before);
  }

  @Test
  void an_internal_extension_registers_while_the_runtime_starts() {
    Scenario starting = Scenario.started().initRequested();

    starting.registered(register, "inside", "INVOKE");

    assertThat(starting.effects()).containsExactly(new Effect.AcceptRegistration(register));
    assertThat(starting.extension("inside").kind()).isEqualTo(Extension.Kind.INTERNAL);
  }

  @Test
  void registration_closes_for_internal_extensions_with_the_runtimes_first_poll() {
    Scenario ready = Scenario.started().initRequested().polled(next);

    ready.registered(register, "inside");

    assertThat(ready.effects())
        .containsExactly(refused(register, new ExtensionRefusal.RegistrationClosed()));
  }

  @Test
  void an_internal_extension_cannot_be_told_of_the_shutdown() {
    Scenario starting = Scenario.started().initRequested();

    starting.registered(register, "inside", "SHUTDOWN", "Nonsense");

    assertThat(starting.effects())
        .containsExactly(refused(register, new ExtensionRefusal.ShutdownNotForInternal()));
  }

  @Test
  void a_wrong_event_of_an_internal_extension_counts_more_than_a_closed_registration() {
    Scenario ready = Scenario.started().initRequested().polled(next);

    ready.registered(register, "inside", "Nonsense");

    assertThat(ready.effects())
        .containsExactly(refused(register, new ExtensionRefusal.UnknownEvent("Nonsense")));
  }

  @Test
  void two_internal_extensions_cannot_have_one_name() {
    Scenario starting = Scenario.started().initRequested().registered("inside");

    starting.registered(register, "inside");

    assertThat(starting.effects())
        .containsExactly(refused(register, new ExtensionRefusal.NameTaken()));
  }

  @Test
  void external_and_internal_extensions_count_together() {
    Scenario starting = launching().registered(LOGGER);
    for (int i = 0; i < 9; i++) {
      starting.registered("inside " + i);
    }

    starting.registered(register, "one more");

    assertThat(starting.effects())
        .containsExactly(refused(register, new ExtensionRefusal.TooManyExtensions(10)));
  }

  @Test
  void registration_is_closed_wherever_no_runtime_starts() {
    for (Scenario anywhere : SandboxStates.all()) {
      boolean open =
          !anywhere.config().owner().seesProcess()
              ? !(anywhere.phase() instanceof Phase.ShuttingDown)
              : anywhere.phase() instanceof Phase.Initializing
                  && (anywhere.worker() == WorkerState.STARTED
                      || anywhere.worker() == WorkerState.INIT_FAILED);

      anywhere.registered(register, "inside");

      assertThat(anywhere.effects().contains(new Effect.AcceptRegistration(register)))
          .as("%s", anywhere.state())
          .isEqualTo(open);
    }
  }

  // ---------------------------------------------------------------- polls

  @Test
  void calls_with_an_unknown_identifier_are_refused_in_every_state() {
    ExtensionRefusal unknown = new ExtensionRefusal.UnknownIdentifier();
    for (Scenario anywhere : SandboxStates.all()) {
      SandboxState before = anywhere.state();

      assertThat(anywhere.eventPolled(eventNext, "nobody").effects())
          .containsExactly(refused(eventNext, unknown));
      assertThat(anywhere.extensionInitError(report, "nobody").effects())
          .containsExactly(refused(report, unknown));
      assertThat(anywhere.extensionExitError(report, "nobody").effects())
          .containsExactly(refused(report, unknown));
      assertThat(anywhere.eventPollAbandoned(eventNext, "nobody").effects()).isEmpty();
      assertThat(anywhere.eventDeliveryFailed(eventNext, "nobody").effects()).isEmpty();
      assertThat(anywhere.state()).isEqualTo(before);
    }
  }

  @Test
  void an_extension_has_one_poll_at_a_time() {
    Scenario ready = ready("INVOKE");

    ready.eventPolled(laterEventNext, LOGGER);

    assertThat(ready.effects())
        .containsExactly(refused(laterEventNext, wrongState(ExtensionState.READY, "Ready")));
  }

  @Test
  void a_lost_poll_makes_room_for_another() {
    Scenario ready = ready("INVOKE").eventPollAbandoned(eventNext, LOGGER);

    assertThat(ready.eventPolled(laterEventNext, LOGGER).effects()).isEmpty();
    assertThat(ready.invoked(a).effects())
        .contains(new Effect.DeliverInvoke(laterEventNext, a, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void an_invocation_waits_for_the_poll_of_an_extension_that_lost_its_own() {
    Scenario running = ready("INVOKE").eventPollAbandoned(eventNext, LOGGER).invoked(a);

    assertThat(running.effects()).noneMatch(Effect.DeliverInvoke.class::isInstance);
    assertThat(running.eventPolled(laterEventNext, LOGGER).effects())
        .containsExactly(new Effect.DeliverInvoke(laterEventNext, a, deadlineAt(FUNCTION_TIMEOUT)));
    running.responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(new FakeSlot());
    assertThat(running.phase().activity()).isEqualTo("Finishing");
  }

  @Test
  void an_event_that_could_not_be_written_is_given_to_the_next_poll() {
    Scenario running = running().eventDeliveryFailed(eventNext, LOGGER);

    assertThat(running.extension(LOGGER).state()).isEqualTo(ExtensionState.READY);
    assertThat(running.eventPolled(laterEventNext, LOGGER).effects())
        .containsExactly(new Effect.DeliverInvoke(laterEventNext, a, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void an_event_that_could_not_be_written_is_still_owed_when_the_runtime_is_done() {
    Scenario finishing = finishing().eventDeliveryFailed(eventNext, LOGGER);

    assertThat(finishing.eventPolled(laterEventNext, LOGGER).effects())
        .containsExactly(new Effect.DeliverInvoke(laterEventNext, a, deadlineAt(FUNCTION_TIMEOUT)));
    assertThat(finishing.phase().activity()).isEqualTo("Finishing");
  }

  // ---------------------------------------------------------------- invocations

  @Test
  void extensions_are_told_of_an_invocation_before_the_runtime_external_ones_first() {
    FakeExtensionCall.Next inside = new FakeExtensionCall.Next("inside");
    Scenario ready =
        launching()
            .registered(LOGGER, "INVOKE")
            .registered("inside", "INVOKE")
            .eventPolled(inside, "inside")
            .eventPolled(eventNext, LOGGER)
            .polled(next);

    ready.invoked(a);

    Deadline deadline = Scenario.deadlineAt(FUNCTION_TIMEOUT);
    assertThat(ready.effects())
        .containsExactly(
            new Effect.Emit(new LifecycleEvent.Start(a)),
            new Effect.ArmTimer(SandboxTimer.DEADLINE, deadline.nanos()),
            new Effect.DeliverInvoke(eventNext, a, deadline),
            new Effect.DeliverInvoke(inside, a, deadline),
            new Effect.Deliver(next, a, deadline));
  }

  @Test
  void an_extension_that_does_not_want_it_is_not_told_of_an_invocation() {
    Scenario ready = ready("SHUTDOWN").invoked(a);

    assertThat(ready.effects()).noneMatch(Effect.DeliverInvoke.class::isInstance);
    ready.responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(new FakeSlot());
    assertThat(ready.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void the_caller_has_the_response_while_an_extension_still_works() {
    Scenario running = running().responseBegan(reply, "a").replyEnded(reply, RESPONSE);

    assertThat(running.effects())
        .contains(
            new Effect.Complete(
                a, new Outcome.Returned(((Reply.Response) RESPONSE).payload(), "application/json")),
            new Effect.AcceptReply(reply));
  }

  @Test
  void the_invocation_is_over_when_the_last_extension_has_polled_again() {
    Scenario finishing = finishing();

    assertThat(finishing.effects())
        .singleElement()
        .isInstanceOfSatisfying(
            Effect.Emit.class,
            emit -> assertThat(emit.event()).isInstanceOf(LifecycleEvent.RuntimeDone.class));
    finishing.at(MILLI).eventPolled(laterEventNext, LOGGER);
    assertThat(finishing.emitted())
        .containsExactly(
            new LifecycleEvent.End(a),
            new LifecycleEvent.Report(
                a,
                Status.SUCCESS,
                null,
                MILLI.toNanos(),
                0L,
                null,
                null,
                List.of(extensionOverhead(MILLI))));
    assertThat(finishing.effects()).contains(new Effect.BecomeAvailable(a));
    assertThat(finishing.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_extension_that_is_done_before_the_runtime_delays_nothing() {
    Scenario running = running().eventPolled(laterEventNext, LOGGER);

    running.responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(new FakeSlot());

    assertThat(running.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_extension_that_works_past_the_deadline_is_a_timeout_that_the_caller_does_not_see() {
    Scenario finishing = finishing().at(FUNCTION_TIMEOUT).deadline();

    assertThat(finishing.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(finishing.emitted())
        .containsExactly(
            new LifecycleEvent.Fault(
                a, Status.TIMEOUT, "Sandbox.Timedout", "Timed out after 3.00 seconds"),
            new LifecycleEvent.End(a),
            new LifecycleEvent.Report(
                a,
                Status.TIMEOUT,
                null,
                FUNCTION_TIMEOUT.toNanos(),
                0L,
                null,
                null,
                List.of(extensionOverhead(FUNCTION_TIMEOUT))));
    assertThat(finishing.effects()).contains(new Effect.TerminateRuntime(1));
  }

  @Test
  void an_extension_that_reported_its_exit_and_lives_on_keeps_the_invocation_waiting() {
    Scenario running = ready("INVOKE").extensionExitError(report, LOGGER).invoked(a);

    assertThat(running.effects())
        .contains(
            refused(
                eventNext,
                new ExtensionRefusal.InvalidState(ExtensionState.EXIT_ERROR, "Ready", true)));
    running.responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(new FakeSlot());
    assertThat(running.phase().activity()).isEqualTo("Finishing");
  }

  // ---------------------------------------------------------------- errors

  @Test
  void a_reported_init_error_fails_nothing_until_the_process_ends() {
    Scenario told = launching().registered(LOGGER).extensionInitError(report, LOGGER);

    assertThat(told.effects()).containsExactly(new Effect.AcceptExtensionError(report));
    assertThat(told.phase()).isInstanceOf(Phase.Initializing.class);
    told.extensionExited(LOGGER, EXIT_1);
    assertThat(told.emitted())
        .contains(
            new LifecycleEvent.InitReport(
                InitPhase.INIT, Status.ERROR, "Extension.InitError", "exit status 1", 0));
  }

  @Test
  void a_repeated_report_is_taken_and_changes_nothing() {
    Scenario told = launching().registered(LOGGER).extensionInitError(report, LOGGER);
    SandboxState before = told.state();
    FakeExtensionCall.Report again = new FakeExtensionCall.Report();

    assertThat(told.extensionInitError(again, LOGGER).effects())
        .containsExactly(new Effect.AcceptExtensionError(again));
    assertThat(told.state()).isEqualTo(before);

    Scenario exiting = ready("INVOKE").extensionExitError(report, LOGGER);
    before = exiting.state();
    assertThat(exiting.extensionExitError(again, LOGGER).effects())
        .containsExactly(new Effect.AcceptExtensionError(again));
    assertThat(exiting.state()).isEqualTo(before);
  }

  @Test
  void an_init_error_is_refused_after_the_first_poll() {
    Scenario running = running();

    running.extensionInitError(report, LOGGER);

    assertThat(running.effects())
        .containsExactly(refused(report, wrongState(ExtensionState.RUNNING, "InitError")));
  }

  @Test
  void an_exit_error_is_refused_after_an_init_error() {
    Scenario told = launching().registered(LOGGER).extensionInitError(report, LOGGER);

    told.extensionExitError(report, LOGGER);

    assertThat(told.effects())
        .containsExactly(refused(report, wrongState(ExtensionState.INIT_ERROR, "Exited")));
  }

  @Test
  void nothing_else_is_possible_after_a_report() {
    Scenario told = running().extensionExitError(report, LOGGER);

    assertThat(told.eventPolled(laterEventNext, LOGGER).effects())
        .containsExactly(refused(laterEventNext, wrongState(ExtensionState.EXIT_ERROR, "Ready")));
    assertThat(told.registered(register, LOGGER).effects())
        .containsExactly(refused(register, wrongState(ExtensionState.EXIT_ERROR, "Registered")));
  }

  // ---------------------------------------------------------------- crashes

  @Test
  void a_crash_during_init_fails_the_init() {
    Scenario failed = launching().registered(LOGGER).polled(next).extensionExited(LOGGER, EXIT_0);

    assertThat(failed.emitted())
        .containsExactly(
            new LifecycleEvent.ExtensionInit(LOGGER, "Registered", List.of(), null),
            new LifecycleEvent.InitReport(
                InitPhase.INIT, Status.ERROR, "Extension.Crash", "exit status 0", 0));
  }

  @Test
  void a_crash_inside_a_paid_init_is_the_invocations_failure() {
    Scenario failed =
        launching()
            .extensionExited(LOGGER, EXIT_1)
            .gone()
            .invoked(a)
            .found(LOGGER)
            .extensionExited(LOGGER, EXIT_1);

    assertThat(failed.effects())
        .contains(
            new Effect.Complete(a, new Outcome.Failed(ErrorType.EXTENSION_CRASH, "exit status 1")));
  }

  @Test
  void a_crash_between_invocations_resets_the_sandbox() {
    Scenario ready = ready("INVOKE").extensionExited(LOGGER, EXIT_1);

    assertThat(ready.emitted())
        .containsExactly(new LifecycleEvent.IdleExit("Extension logger.sh: exit status 1"));
    assertThat(ready.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void a_crash_during_an_invocation_fails_it_when_no_response_was_on_the_wire() {
    Scenario running = running().extensionExited(LOGGER, EXIT_1);

    assertThat(running.effects())
        .containsExactly(
            new Effect.ArmTimer(SandboxTimer.GRACE, nanosAt(SandboxConfig.DEFAULT_SETTLE_TIME)));
    running.at(SandboxConfig.DEFAULT_SETTLE_TIME).grace();
    assertThat(running.effects())
        .contains(
            new Effect.Complete(a, new Outcome.Failed(ErrorType.EXTENSION_CRASH, "exit status 1")));
    assertThat(running.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void a_response_that_was_on_the_wire_when_an_extension_crashed_reaches_the_caller() {
    Scenario running = running().extensionExited(LOGGER, EXIT_1).responseBegan(reply, "a");

    running.replyEnded(reply, RESPONSE);

    assertThat(running.effects())
        .contains(
            new Effect.Complete(
                a,
                new Outcome.Returned(((Reply.Response) RESPONSE).payload(), "application/json")));
    assertThat(running.emitted())
        .contains(new LifecycleEvent.Fault(a, Status.ERROR, "Extension.Crash", "exit status 1"));
    assertThat(running.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void a_crash_before_the_runtime_has_the_event_fails_the_invocation_at_once() {
    Scenario running = ready("INVOKE").abandoned(next).invoked(a).extensionExited(LOGGER, EXIT_1);

    assertThat(running.effects())
        .contains(
            new Effect.Complete(a, new Outcome.Failed(ErrorType.EXTENSION_CRASH, "exit status 1")));
  }

  @Test
  void what_an_extension_reported_counts_more_than_its_crash() {
    Scenario running =
        running().extensionExitError(report, LOGGER).extensionExited(LOGGER, EXIT_1).grace();

    assertThat(running.effects())
        .contains(
            new Effect.Complete(
                a, new Outcome.Failed(ErrorType.EXTENSION_EXIT_ERROR, "exit status 1")));
  }

  @Test
  void a_crash_after_the_runtime_is_done_is_told_and_resets_the_sandbox() {
    Scenario finishing = finishing().extensionExited(LOGGER, EXIT_1);

    assertThat(finishing.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(finishing.emitted())
        .containsExactly(
            new LifecycleEvent.Fault(a, Status.ERROR, "Extension.Crash", "exit status 1"),
            new LifecycleEvent.End(a),
            new LifecycleEvent.Report(
                a,
                Status.ERROR,
                "Extension.Crash",
                0,
                0L,
                null,
                null,
                List.of(extensionOverhead(Duration.ZERO))));
    assertThat(finishing.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_extension_that_exits_after_it_reported_so_ends_an_idle_sandbox() {
    Scenario idle =
        ready("INVOKE")
            .extensionExitError(new FakeExtensionCall.Report(), LOGGER)
            .extensionExited(LOGGER, EXIT_1);

    assertThat(idle.emitted())
        .containsExactly(new LifecycleEvent.IdleExit("Extension logger.sh: exit status 1"));
    assertThat(idle.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_extension_that_exits_after_the_reply_ends_the_sandbox_and_not_the_answer() {
    Scenario replied =
        running()
            .responseBegan(reply, "a")
            .replyEnded(reply, new Reply.Response(Payload.of("1"), null));

    replied.extensionExited(LOGGER, EXIT_1);

    assertThat(replied.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(replied.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_exit_of_the_runtime_after_it_is_done_is_told_and_resets_the_sandbox() {
    Scenario finishing = finishing().exited(EXIT_1);

    assertThat(finishing.emitted())
        .contains(
            new LifecycleEvent.Fault(
                a, Status.ERROR, "Runtime.ExitError", "The runtime ended: exit status 1"));
    assertThat(finishing.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void the_second_of_two_exits_changes_nothing() {
    Scenario running = running().extensionExited(LOGGER, EXIT_1);

    running.exited(EXIT_1);

    assertThat(running.effects()).isEmpty();
    assertThat(running.extensionExited(LOGGER, EXIT_0).effects()).isEmpty();
  }

  // ---------------------------------------------------------------- a runtime of the user

  @Test
  void extensions_of_a_runtime_that_the_user_starts_can_come_at_any_time() {
    Scenario attached = Scenario.attached().initRequested().polled(next);

    attached.registered(register, "inside", "INVOKE");

    assertThat(attached.effects()).containsExactly(new Effect.AcceptRegistration(register));
    assertThat(attached.eventPolled(eventNext, "inside").invoked(a).effects())
        .contains(new Effect.DeliverInvoke(eventNext, a, deadlineAt(FUNCTION_TIMEOUT)));
  }

  @Test
  void extensions_of_a_runtime_that_the_user_starts_are_not_waited_for() {
    Scenario attached =
        Scenario.attached()
            .initRequested()
            .polled(next)
            .registered("inside", "INVOKE")
            .eventPolled(eventNext, "inside")
            .invoked(a);

    attached.responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(new FakeSlot());

    assertThat(attached.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_extension_that_the_user_starts_again_takes_the_place_of_its_predecessor() {
    Scenario attached =
        Scenario.attached().initRequested().polled(next).registered("inside", "INVOKE");

    attached.registered(register, "inside");

    assertThat(attached.effects()).containsExactly(new Effect.AcceptRegistration(register));
    assertThat(attached.state().extensions()).hasSize(1);
  }

  @Test
  void an_extension_of_the_user_whose_connection_ends_is_forgotten() {
    Scenario attached =
        Scenario.attached()
            .initRequested()
            .polled(next)
            .registered("inside", "INVOKE")
            .eventPolled(eventNext, "inside");

    attached.eventPollAbandoned(eventNext, "inside");

    assertThat(attached.state().extensions()).isEmpty();
  }

  // ---------------------------------------------------------------- news that comes late

  @Test
  void reports_of_init_errors_of_the_runtime_do_not_disturb_extensions() {
    Scenario failing =
        launching()
            .registered(LOGGER)
            .initError(
                new FakeInitFailureCall(),
                new Reply.ReportedError("Function.Boom", Payload.EMPTY, null, null));

    assertThat(failing.extension(LOGGER).state()).isEqualTo(ExtensionState.REGISTERED);
    assertThat(failing.exited(EXIT_1).phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void extensions_that_are_found_twice_are_started_once() {
    Scenario launching = launching();

    assertThat(launching.found(LOGGER).effects()).isEmpty();
  }

  @Test
  void an_invocation_waits_while_an_extension_that_reported_an_init_error_lives_on() {
    Scenario told = launching().registered(LOGGER).extensionInitError(report, LOGGER);

    assertThat(told.invoked(a).effects()).isEmpty();
    assertThat(told.extensionExited(LOGGER, EXIT_1).phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void runtime_and_extension_can_both_report_an_init_error_and_the_first_counts() {
    FakeInitFailureCall initError = new FakeInitFailureCall();
    Scenario told =
        launching()
            .registered(LOGGER)
            .extensionInitError(report, LOGGER)
            .initError(
                initError, new Reply.ReportedError("Function.Boom", Payload.EMPTY, null, null));

    assertThat(told.effects()).contains(new Effect.AcceptInitFailure(initError));
    assertThat(told.exited(EXIT_1).emitted())
        .contains(
            new LifecycleEvent.InitReport(
                InitPhase.INIT,
                Status.ERROR,
                "Extension.InitError",
                "The runtime ended: exit status 1",
                0));
  }

  @Test
  void an_event_that_the_runtime_did_not_get_is_not_repeated_after_a_crash_of_an_extension() {
    Scenario running = running().extensionExited(LOGGER, EXIT_1).deliveryFailed(next);

    assertThat(running.effects())
        .contains(
            new Effect.Complete(a, new Outcome.Failed(ErrorType.EXTENSION_CRASH, "exit status 1")));
  }

  @Test
  void an_exit_of_the_runtime_after_a_report_is_told_as_what_was_reported() {
    Scenario ready = ready("INVOKE").extensionExitError(report, LOGGER).exited(EXIT_1);

    assertThat(ready.emitted())
        .containsExactly(new LifecycleEvent.IdleExit("The runtime ended: exit status 1"));
    assertThat(ready.phase()).isInstanceOf(Phase.Resetting.class);
  }

  @Test
  void an_exit_error_after_the_first_poll_does_not_stop_the_init() {
    Scenario starting =
        launching()
            .registered(LOGGER)
            .eventPolled(eventNext, LOGGER)
            .extensionExitError(report, LOGGER);

    assertThat(starting.polled(next).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_failure_of_an_older_delivery_takes_nothing_back() {
    Scenario running = running().eventPolled(laterEventNext, LOGGER);

    running.eventDeliveryFailed(eventNext, LOGGER);

    assertThat(running.extension(LOGGER).poll()).isEqualTo(laterEventNext);
    assertThat(running.extension(LOGGER).due()).isNull();
  }

  @Test
  void a_body_that_is_being_read_when_an_extension_crashes_has_two_seconds_to_end() {
    Scenario responding = running().responseBegan(reply, "a").extensionExited(LOGGER, EXIT_1);

    assertThat(responding.effects())
        .containsExactly(new Effect.ArmTimer(SandboxTimer.GRACE, nanosAt(Duration.ofSeconds(2))));
    responding.at(Duration.ofSeconds(2)).grace();
    assertThat(responding.effects())
        .contains(
            new Effect.Complete(a, new Outcome.Failed(ErrorType.EXTENSION_CRASH, "exit status 1")));
    Reply late = new Reply.Response(Payload.of("late"), null);
    assertThat(responding.replyEnded(reply, late).effects())
        .containsExactly(
            new Effect.Discard(late), new Effect.Refuse(reply, new Refusal.UnknownInvocation()));
  }

  @Test
  void a_body_that_begins_after_a_crash_has_two_seconds_to_end() {
    Scenario responding = running().extensionExited(LOGGER, EXIT_1).responseBegan(reply, "a");

    assertThat(responding.effects())
        .containsExactly(
            new Effect.ArmTimer(SandboxTimer.GRACE, nanosAt(Duration.ofSeconds(2))),
            new Effect.ReceiveBody(reply));
  }
}

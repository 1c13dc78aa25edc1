package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.Registration;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.testing.FakeExtensionCall;
import dev.rapid.core.testing.FakeInitFailureCall;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeRestoreFailureCall;
import dev.rapid.core.testing.FakeRestoreSlot;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingStream;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.RestoreSlot;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One state for each row of the matrix, reached the way a real sandbox reaches it, and the events
 * that concern it.
 */
final class SandboxStates {

  private static final Invocation INVOCATION = Invocations.anInvocation("a");
  private static final Invocation OTHER = Invocations.anInvocation("other");
  private static final WorkerSlot POLL = new FakeSlot();
  private static final String EXTENSION = "logger.sh";
  private static final ProcessExit EXIT = new ProcessExit.Exited(1);
  private static final Reply.ReportedError ERROR =
      new Reply.ReportedError("Function.Boom", Payload.EMPTY, null, null);

  /** After every deadline that a representative can have. */
  private static final Duration LATER = Duration.ofHours(1);

  private static final Duration DELAY = Duration.ofMillis(50);

  private SandboxStates() {}

  /** Returns fresh representatives, in the order of the page. */
  static List<Scenario> all() {
    return List.of(
        Scenario.started(),
        Scenario.started().initRequested().died(EXIT).gone(),
        Scenario.started().initRequested(),
        firstInit(),
        firstInit().exited(EXIT),
        firstInit().brokeOff("The stream has ended"),
        Scenario.started().initRequested().initError(new FakeInitFailureCall(), ERROR),
        firstInit().initError(new FakeInitFailureCall(), ERROR),
        suppressedInit(),
        suppressedInit().exited(EXIT),
        suppressedInit().initError(new FakeInitFailureCall(), ERROR),
        repeated().gone(),
        repeated().gone().initError(new FakeInitFailureCall(), ERROR),
        launching(),
        launching().registered(EXTENSION, "INVOKE", "SHUTDOWN"),
        launching().registered(EXTENSION).polled(new FakeSlot()),
        launching().invoked(INVOCATION).registered(EXTENSION).polled(new FakeSlot()),
        launching().registered(EXTENSION).extensionInitError(report(), EXTENSION),
        ready(),
        withoutPoll(),
        readyWithExtension(),
        readyWithExtension().extensionExitError(report(), EXTENSION),
        idleFor(SandboxConfig.started(Scenario.INIT_TIMEOUT).withFreezeAfter(DELAY)),
        settling(),
        settling().telemetrySettled(),
        frozenWithExtension(),
        restoreReady(),
        restoreReadyWithoutPoll(),
        restoreReady().invoked(INVOCATION),
        restoreReadyWithoutPoll().invoked(INVOCATION),
        restoreReady().restoreRequested(result -> {}, Duration.ofSeconds(1)),
        restoreReady().invoked(INVOCATION).restoreError(new FakeRestoreFailureCall()),
        suppressedInit().restorePolled(new FakeRestoreSlot()),
        withoutPoll().invoked(INVOCATION),
        running(),
        running().exited(EXIT),
        running().brokeOff("The stream has ended"),
        running().polled(new FakeSlot("held next")),
        running().responseBegan(new FakeReply(), "a"),
        running().responseBegan(new FakeReply(), "a").polled(new FakeSlot("held next")),
        running().responseBegan(new FakeReply(), "a").exited(EXIT),
        running().responseBegan(new FakeReply(), "a").cancelled(INVOCATION),
        streaming(),
        streaming().exited(EXIT),
        running().errorBegan(new FakeReply(), "a"),
        running().errorBegan(new FakeReply(), "a").exited(EXIT),
        responded(),
        truncated(),
        runningWithExtension(),
        runningWithExtension().extensionExited(EXTENSION, EXIT),
        respondedWithExtension(),
        finishing(),
        reserved(),
        reserved().exited(EXIT),
        reserved().exited(EXIT).grace(),
        stoppingRuntime(),
        flushingTelemetry(),
        stoppingExtensions(),
        ready().exited(EXIT),
        ready().exited(EXIT).invoked(INVOCATION),
        repeated(),
        ready().exited(EXIT).processesGone(),
        ready().exited(EXIT).invoked(INVOCATION).processesGone(),
        readyWithExtension().shutdownRequested(),
        readyWithExtension().shutdownRequested().exited(EXIT),
        readyWithExtension().withSlowSubscribers().shutdownRequested().exited(EXIT),
        ready().shutdownRequested(),
        ready().shutdownRequested().processesGone(),
        Scenario.started().shutdownRequested(),
        shared(2).invoked(INVOCATION),
        shared(1).invoked(INVOCATION).invoked(OTHER),
        shared(2).invoked(INVOCATION).invoked(OTHER),
        shared(2).invoked(INVOCATION).invoked(OTHER).responseBegan(new FakeReply(), "a"),
        shared(2).invoked(INVOCATION).exited(EXIT),
        shared(2).invoked(INVOCATION).exited(EXIT).invoked(OTHER),
        Scenario.attached().initRequested(),
        Scenario.attached().invoked(INVOCATION),
        attachedRunning(),
        attachedRunning().polled(new FakeSlot("held next")),
        attachedRunning().deliveryConnectionClosed(POLL),
        attachedReset(),
        attachedReset().polled(new FakeSlot()),
        attachedReset().invoked(INVOCATION),
        attachedReset().invoked(INVOCATION).polled(new FakeSlot()));
  }

  /** Idle, but telemetry is not delivered yet. */
  private static Scenario settling() {
    return idleFor(SandboxConfig.started(Scenario.INIT_TIMEOUT).withFreeze());
  }

  private static Scenario idleFor(SandboxConfig config) {
    return Scenario.with(config).initRequested().polled(new FakeSlot());
  }

  private static Scenario frozenWithExtension() {
    return Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withFreeze().withExtensions())
        .initRequested()
        .found(EXTENSION)
        .registered(EXTENSION, "INVOKE", "SHUTDOWN")
        .eventPolled(EXTENSION)
        .polled(new FakeSlot())
        .telemetrySettled();
  }

  /** A runtime for two invocations that has asked for some. */
  private static Scenario shared(int polls) {
    Scenario shared =
        Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withCapacity(2)).initRequested();
    for (int i = 0; i < polls; i++) {
      shared.polled(new FakeSlot("poll " + i));
    }
    return shared;
  }

  private static Scenario streaming() {
    return ready()
        .invoked(Invocations.invocation().requestId("a").sink(new RecordingStream()).build())
        .responseBegan(new FakeReply(), "a");
  }

  private static FakeExtensionCall.Report report() {
    return new FakeExtensionCall.Report();
  }

  private static Scenario withExtensions() {
    return Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withExtensions());
  }

  private static Scenario launching() {
    return withExtensions().initRequested().found(EXTENSION);
  }

  private static Scenario readyWithExtension() {
    return launching()
        .registered(EXTENSION, "INVOKE", "SHUTDOWN")
        .eventPolled(EXTENSION)
        .polled(new FakeSlot());
  }

  private static Scenario runningWithExtension() {
    return readyWithExtension().invoked(INVOCATION);
  }

  private static Scenario respondedWithExtension() {
    FakeReply call = new FakeReply();
    return runningWithExtension().responseBegan(call, "a").replyEnded(call, response());
  }

  private static Scenario finishing() {
    return respondedWithExtension().polled(new FakeSlot());
  }

  private static Scenario stoppingRuntime() {
    return runningWithExtension().at(Scenario.FUNCTION_TIMEOUT).deadline();
  }

  private static Scenario flushingTelemetry() {
    return stoppingRuntime().withSlowSubscribers().exited(EXIT);
  }

  private static Scenario stoppingExtensions() {
    return stoppingRuntime().exited(EXIT);
  }

  private static Scenario reserved() {
    return ready().invoked(Invocations.invocation().requestId("a").reserved().build());
  }

  private static Scenario restoreReady() {
    return Scenario.started().initRequested().restorePolled(new FakeRestoreSlot());
  }

  private static Scenario restoreReadyWithoutPoll() {
    FakeRestoreSlot call = new FakeRestoreSlot();
    return Scenario.started().initRequested().restorePolled(call).restorePollAbandoned(call);
  }

  private static Scenario firstInit() {
    return Scenario.started().invoked(INVOCATION);
  }

  private static Scenario suppressedInit() {
    return firstInit().died(EXIT).gone();
  }

  private static Scenario ready() {
    return Scenario.started().initRequested().polled(new FakeSlot());
  }

  private static Scenario withoutPoll() {
    FakeSlot call = new FakeSlot();
    return Scenario.started().initRequested().polled(call).abandoned(call);
  }

  private static Scenario running() {
    return ready().invoked(INVOCATION);
  }

  private static Scenario responded() {
    FakeReply call = new FakeReply();
    return running().responseBegan(call, "a").replyEnded(call, response());
  }

  /** The runtime died before it had the event. */
  private static Scenario repeated() {
    return withoutPoll().invoked(INVOCATION).exited(EXIT);
  }

  private static Scenario truncated() {
    FakeReply call = new FakeReply();
    return running().responseBegan(call, "a").replyEnded(call, new Reply.Truncated(true));
  }

  private static Scenario attachedRunning() {
    return Scenario.attached().initRequested().polled(POLL).invoked(INVOCATION);
  }

  private static Scenario attachedReset() {
    return attachedRunning().at(Scenario.FUNCTION_TIMEOUT).deadline();
  }

  /** Returns one event of each column for a state, which concerns what the state is about. */
  static List<SandboxEvent> eventsFor(SandboxState state) {
    Invocation current = invocationIn(state);
    Invocation other = Invocations.anInvocation("b");
    WorkerReply reply = new FakeReply("new reply");
    Extension extension = state.extensions().isEmpty() ? null : state.extensions().getFirst();
    String name = extension == null ? EXTENSION : extension.name();
    String id = extension == null ? "#" + EXTENSION : extension.id();
    ExtensionNextCall poll =
        extension == null || extension.poll() == null
            ? new FakeExtensionCall.Next()
            : extension.poll();
    StartFailure failure = new StartFailure(StartFailure.Kind.INVALID_ENTRYPOINT, "none");
    RestoreSlot restorePoll =
        state.side().restoreSlot() == null ? new FakeRestoreSlot() : state.side().restoreSlot();
    return List.of(
        new SandboxEvent.InitRequested(),
        new SandboxEvent.InvokeRequested(other),
        new SandboxEvent.CallerGone(current == null ? other : current),
        new SandboxEvent.InvocationCancelled(current == null ? other : current),
        new SandboxEvent.RestoreRequested(result -> {}, Duration.ofSeconds(1)),
        new SandboxEvent.ResetRequested(
            result -> {}, ShutdownReason.FAILURE, Duration.ofSeconds(1)),
        new SandboxEvent.ShutdownRequested(),
        new SandboxEvent.WorkerReady(new FakeSlot("new next")),
        new SandboxEvent.SlotWithdrawn(
            state.slots().isEmpty() ? new FakeSlot() : state.slots().getFirst()),
        new SandboxEvent.DeliveryFailed(deliveredIn(state)),
        new SandboxEvent.DeliveryLost(deliveredIn(state)),
        new SandboxEvent.WorkerEnded(deliveredIn(state)),
        new SandboxEvent.WorkerDescribed(state.generation(), "python 3.13.5"),
        broken(state, false),
        broken(state, true),
        new SandboxEvent.InitFailed(new FakeInitFailureCall(), ERROR),
        new SandboxEvent.SnapshotReady(new FakeRestoreSlot()),
        new SandboxEvent.RestoreSlotWithdrawn(restorePoll),
        new SandboxEvent.RestoreFailed(new FakeRestoreFailureCall(), "Runtime.AfterRestoreError"),
        new SandboxEvent.ReplyBegan(reply, ReplyKind.RESPONSE, "a"),
        new SandboxEvent.ReplyBegan(reply, ReplyKind.ERROR, "a"),
        new SandboxEvent.ReplyEnded(replyIn(state), response()),
        new SandboxEvent.ExtensionsFound(state.generation(), List.of(EXTENSION)),
        new SandboxEvent.ExtensionRegistered(
            new FakeExtensionCall.Register(), new Registration(name, List.of("INVOKE"), "#new")),
        new SandboxEvent.ExtensionPolledNext(new FakeExtensionCall.Next("new event next"), id),
        new SandboxEvent.ExtensionNextAbandoned(poll, id),
        new SandboxEvent.ExtensionDeliveryFailed(poll, id),
        new SandboxEvent.ExtensionInitErrorReported(report(), id, "Extension.Sad"),
        new SandboxEvent.ExtensionExitErrorReported(report(), id, "Extension.Sad"),
        new SandboxEvent.SubscriptionRequested(new FakeExtensionCall.Subscribe(), id),
        new SandboxEvent.Subscribed(
            state.generation(),
            new LifecycleEvent.Subscription(SubscriptionApi.TELEMETRY, name, List.of("platform"))),
        new SandboxEvent.SubscribersFlushed(state.generation()),
        new SandboxEvent.TelemetrySettled(state.generation()),
        new SandboxEvent.RuntimeStartFailed(state.generation(), failure),
        new SandboxEvent.ExtensionStartFailed(state.generation(), name, failure),
        new SandboxEvent.RuntimeExited(state.generation(), EXIT),
        new SandboxEvent.ExtensionExited(state.generation(), name, EXIT),
        new SandboxEvent.ProcessesGone(state.generation()),
        new SandboxEvent.Disconnected(state.generation()),
        new SandboxEvent.TimerFired(SandboxTimer.DEADLINE),
        new SandboxEvent.TimerFired(SandboxTimer.GRACE),
        new SandboxEvent.TimerFired(SandboxTimer.FREEZE));
  }

  private static SandboxEvent broken(SandboxState state, boolean exitMayFollow) {
    return new SandboxEvent.WorkerBroken(
        state.generation(), ErrorType.RUNTIME_UNKNOWN, "Not a frame", exitMayFollow);
  }

  /** Asks the machine what an event does, later than every deadline. */
  static Transition answer(Scenario scenario, SandboxEvent event) {
    return new SandboxMachine(scenario.config())
        .apply(scenario.state(), event, Scenario.nanosAt(LATER));
  }

  /** Returns the invocation that a sandbox has taken and not given back. */
  static @Nullable Invocation invocationIn(SandboxState state) {
    if (!state.running().isEmpty()) {
      return state.running().getFirst().invocation();
    }
    return state.waiting().isEmpty() ? null : state.waiting().getFirst().invocation();
  }

  private static WorkerSlot deliveredIn(SandboxState state) {
    return state.running().stream()
        .filter(each -> each.delivery() != null)
        .map(each -> each.delivery().slot())
        .findFirst()
        .orElseGet(FakeSlot::new);
  }

  private static WorkerReply replyIn(SandboxState state) {
    return state.running().stream()
        .filter(each -> each.reply() != null)
        .map(RunningInvocation::reply)
        .findFirst()
        .orElseGet(FakeReply::new);
  }

  private static Reply response() {
    return new Reply.Response(Payload.of("\"ok\""), "application/json");
  }
}

package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.nanosAt;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.testing.FakeInitFailureCall;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.WorkerCall;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;

/** What the tests of the rules share: invocations, calls, scenarios and expected effects. */
abstract class SandboxFixture {

  static final ProcessExit EXIT_0 = new ProcessExit.Exited(0);
  static final ProcessExit EXIT_3 = new ProcessExit.Exited(3);
  static final ProcessExit KILLED = new ProcessExit.Signaled("killed");
  static final StartFailure NO_BOOTSTRAP =
      new StartFailure(
          StartFailure.Kind.INVALID_ENTRYPOINT,
          "fork/exec /var/task/bootstrap: no such file or directory");
  static final Reply.Response RESPONSE =
      new Reply.Response(Payload.of("\"ok\""), "application/json");
  static final Reply.ReportedError ERROR =
      new Reply.ReportedError("Function.Boom", Payload.of("{}"), "application/json", null);
  static final Outcome RETURNED = new Outcome.Returned(RESPONSE.payload(), "application/json");
  static final Outcome REPORTED =
      new Outcome.Reported("Function.Boom", "Function.Boom", ERROR.payload(), "application/json");
  static final Outcome THROTTLED = new Outcome.Rejected(Outcome.Rejection.FUNCTION_BUSY);
  static final Outcome CALLER_GONE = new Outcome.Rejected(Outcome.Rejection.CALLER_GONE);
  static final Outcome SHUTTING_DOWN = new Outcome.Rejected(Outcome.Rejection.SHUTTING_DOWN);
  static final Duration MILLI = Duration.ofMillis(1);
  static final Duration SETTLE_TIME = SandboxConfig.DEFAULT_SETTLE_TIME;
  static final Duration GRACE = SandboxConfig.DEFAULT_INIT_ERROR_GRACE;

  final Invocation a = Invocations.anInvocation("a");
  final Invocation b = Invocations.anInvocation("b");
  final FakeSlot next = new FakeSlot();
  final FakeSlot laterNext = new FakeSlot("later next");
  final FakeReply reply = new FakeReply();
  final FakeReply laterReply = new FakeReply("later reply");
  final FakeInitFailureCall initError = new FakeInitFailureCall();

  Scenario ready() {
    return Scenario.started().initRequested().polled(next);
  }

  Scenario running() {
    return ready().invoked(a);
  }

  Scenario responding() {
    return running().responseBegan(reply, "a");
  }

  Scenario responded() {
    return responding().replyEnded(reply, RESPONSE);
  }

  /** A second generation, whose init is paid for by {@code a}. */
  Scenario suppressedInit() {
    return Scenario.started().invoked(a).died(EXIT_3).gone();
  }

  static Effect emit(LifecycleEvent event) {
    return new Effect.Emit(event);
  }

  static Effect complete(Invocation invocation, Outcome outcome) {
    return new Effect.Complete(invocation, outcome);
  }

  static Effect failed(Invocation invocation, ErrorType error, String message) {
    return complete(invocation, new Outcome.Failed(error, message));
  }

  static Effect available(Invocation invocation) {
    return new Effect.BecomeAvailable(invocation);
  }

  static Effect armDeadline(Duration at) {
    return new Effect.ArmTimer(SandboxTimer.DEADLINE, nanosAt(at));
  }

  static Effect armGrace(Duration at) {
    return new Effect.ArmTimer(SandboxTimer.GRACE, nanosAt(at));
  }

  static Effect cancelDeadline() {
    return new Effect.CancelTimer(SandboxTimer.DEADLINE);
  }

  static Effect cancelGrace() {
    return new Effect.CancelTimer(SandboxTimer.GRACE);
  }

  static Effect wrongState(WorkerCall call, WorkerState from, WorkerState to) {
    return new Effect.Refuse(call, new Refusal.NotAllowed(from, to));
  }

  static Effect wrongId(WorkerCall call) {
    return new Effect.Refuse(call, new Refusal.UnknownInvocation());
  }

  static LifecycleEvent initRuntimeDone(InitPhase phase, Status status, String errorType) {
    return new LifecycleEvent.InitRuntimeDone(phase, status, errorType);
  }

  static LifecycleEvent.Report reportOf(Scenario scenario) {
    return scenario.emitted().stream()
        .filter(LifecycleEvent.Report.class::isInstance)
        .map(LifecycleEvent.Report.class::cast)
        .findFirst()
        .orElseThrow();
  }

  static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  static LifecycleEvent.RuntimeDone runtimeDoneOf(Scenario scenario) {
    return scenario.emitted().stream()
        .filter(LifecycleEvent.RuntimeDone.class::isInstance)
        .map(LifecycleEvent.RuntimeDone.class::cast)
        .findFirst()
        .orElseThrow();
  }
}

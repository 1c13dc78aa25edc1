package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.Status;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.WorkerCall;

/**
 * What happens if a rule throws, which is a bug of Rapid: the call of the event is refused, all
 * invocations fail with {@code Sandbox.Failure}, and the sandbox is reset, so that nothing waits
 * for ever.
 */
final class Recovery {

  private static final String MESSAGE = "Rapid failed because of a bug in Rapid; see its log";

  private Recovery() {}

  /**
   * Refuses what the event asks for, and keeps the news that it brings.
   *
   * @param s a step with the state before the event
   */
  static void answer(Step s, SandboxEvent event) {
    switch (event) {
      case SandboxEvent.InvokeRequested(var invocation) -> {
        s.fail(invocation, ErrorType.SANDBOX_FAILURE, MESSAGE);
        s.available(invocation);
      }
      case SandboxEvent.RestoreRequested(var call, var timeout) ->
          s.effects.add(
              new Effect.AnswerRestore(
                  call, new RestoreResult(ErrorType.SANDBOX_FAILURE.wireName(), 0)));
      case SandboxEvent.WorkerReady(var call) -> refuse(s, call);
      case SandboxEvent.ReplyBegan(var call, var kind, var requestId, var deliveryId) ->
          refuse(s, call);
      case SandboxEvent.ReplyEnded(var call, Reply reply) -> {
        s.effects.add(new Effect.Discard(reply));
        refuse(s, call);
      }
      case SandboxEvent.InitFailed(var call, var error) -> {
        s.effects.add(new Effect.Discard(error));
        refuse(s, call);
      }
      case SandboxEvent.SnapshotReady(var call) -> refuse(s, call);
      case SandboxEvent.RestoreFailed(var call, var type) -> refuse(s, call);
      case SandboxEvent.ExtensionRegistered(var call, var registration) -> refuseExtension(s, call);
      case SandboxEvent.ExtensionPolledNext(var call, var id) -> refuseExtension(s, call);
      case SandboxEvent.ExtensionInitErrorReported(var call, var id, var type) ->
          refuseExtension(s, call);
      case SandboxEvent.ExtensionExitErrorReported(var call, var id, var type) ->
          refuseExtension(s, call);
      case SandboxEvent.SubscriptionRequested(var call, var id) -> refuseExtension(s, call);
      // The reset that follows answers it.
      case SandboxEvent.ResetRequested e -> {}
      case SandboxEvent.InitRequested e -> {}
      case SandboxEvent.CallerGone e -> {}
      case SandboxEvent.InvocationCancelled e -> {}
      case SandboxEvent.WorkerBroken e -> {}
      case SandboxEvent.WorkerDescribed e -> {}
      case SandboxEvent.ShutdownRequested e -> {}
      case SandboxEvent.SlotWithdrawn(var call) -> {
        if (s.state.slots().contains(call)) {
          s.worker(s.state.side().without(call));
        }
      }
      case SandboxEvent.DeliveryFailed e -> {}
      case SandboxEvent.DeliveryLost e -> {}
      case SandboxEvent.WorkerEnded e -> {}
      case SandboxEvent.RestoreSlotWithdrawn(var call) -> RestoreRules.slotWithdrawn(s, call);
      case SandboxEvent.ExtensionNextAbandoned(var call, String id) -> {
        Extension extension = s.extensionById(id);
        if (extension != null) {
          s.put(extension.withoutPoll());
        }
      }
      case SandboxEvent.ExtensionDeliveryFailed e -> {}
      case SandboxEvent.Subscribed e -> {}
      case SandboxEvent.SubscribersFlushed e -> {}
      case SandboxEvent.TelemetrySettled(int generation) -> {
        if (generation == s.state.generation()) {
          s.state = s.state.with(s.state.freeze().afterSettled());
        }
      }
      case SandboxEvent.ExtensionsFound e -> {}
      case SandboxEvent.RuntimeStartFailed(int generation, var failure) ->
          runtimeEnded(s, generation);
      case SandboxEvent.ExtensionStartFailed(int generation, String name, var failure) ->
          extensionEnded(s, generation, name);
      case SandboxEvent.RuntimeExited(int generation, var exit) -> runtimeEnded(s, generation);
      case SandboxEvent.ExtensionExited(int generation, String name, var exit) ->
          extensionEnded(s, generation, name);
      case SandboxEvent.ProcessesGone e -> {}
      case SandboxEvent.Disconnected e -> {}
      case SandboxEvent.TimerFired e -> {}
    }
  }

  private static void runtimeEnded(Step s, int generation) {
    if (generation == s.state.generation()) {
      s.worker(s.state.side().ended());
    }
  }

  private static void extensionEnded(Step s, int generation, String name) {
    Extension extension = s.extensionByName(name);
    if (generation == s.state.generation() && extension != null) {
      s.put(extension.ended());
    }
  }

  private static void refuse(Step s, WorkerCall call) {
    s.effects.add(new Effect.Refuse(call, new Refusal.PlatformError()));
  }

  private static void refuseExtension(Step s, ExtensionCall call) {
    s.refuse(call, new ExtensionRefusal.PlatformError());
  }

  /** Returns what all invocations get. */
  static Reports.Cut cut() {
    return new Reports.Cut(
        new Outcome.Failed(ErrorType.SANDBOX_FAILURE, MESSAGE),
        Status.FAILURE,
        ErrorType.SANDBOX_FAILURE.wireName());
  }
}

package dev.rapid.core.sandbox;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.extension.ExtensionErrorCall;
import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.RegisterCall;
import dev.rapid.core.extension.Registration;
import dev.rapid.core.extension.SubscribeCall;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that can happen to a sandbox. */
public sealed interface SandboxEvent {

  // ------------------------------------------------------------------ callers

  /**
   * The function shall be initialised before anybody invokes it.
   *
   * @param timeout how long that may take, zero for no limit, null for what the configuration says
   */
  record InitRequested(@Nullable Duration timeout) implements SandboxEvent {

    /** Creates a request with the usual limit. */
    public InitRequested() {
      this(null);
    }
  }

  /** The fleet hands over an invocation; it does so only to a sandbox that is available. */
  record InvokeRequested(Invocation invocation) implements SandboxEvent {}

  /** The caller of an invocation is no longer there. */
  record CallerGone(Invocation invocation) implements SandboxEvent {}

  /**
   * The runtime shall run its hook after a restore now, not with the next invocation.
   *
   * @param timeout how long that may take
   */
  record RestoreRequested(RestoreCall call, Duration timeout) implements SandboxEvent {}

  /**
   * The processes shall be ended and the sandbox be cold again.
   *
   * @param budget how much time the processes have to end by themselves
   */
  record ResetRequested(ResetCall call, ShutdownReason reason, Duration budget)
      implements SandboxEvent {}

  /**
   * The sandbox shall end for good.
   *
   * @param budget how much time the processes have to end by themselves, null for the usual one
   */
  record ShutdownRequested(@Nullable Duration budget) implements SandboxEvent {

    /** Creates a request with the usual budget. */
    public ShutdownRequested() {
      this(null);
    }
  }

  // ------------------------------------------------------------------ the runtime

  /** The runtime asks for the next invocation. */
  record RuntimePolledNext(NextCall call) implements SandboxEvent {}

  /** The connection of a parked poll was closed. */
  record NextAbandoned(NextCall call) implements SandboxEvent {}

  /** An event could not be written to a poll. */
  record DeliveryFailed(NextCall call) implements SandboxEvent {}

  /** The connection of a poll that was answered with an event was closed. */
  record DeliveryConnectionClosed(NextCall call) implements SandboxEvent {}

  /**
   * The head of a response arrived.
   *
   * @param deliveryId the delivery that the runtime answers, null if it does not say
   */
  record ResponseBegan(ReplyCall call, String requestId, @Nullable String deliveryId)
      implements SandboxEvent {

    /** Creates the response of a runtime that does not say which delivery it answers. */
    public ResponseBegan(ReplyCall call, String requestId) {
      this(call, requestId, null);
    }
  }

  /**
   * The head of an error arrived.
   *
   * @param deliveryId the delivery that the runtime answers, null if it does not say
   */
  record ErrorBegan(ReplyCall call, String requestId, @Nullable String deliveryId)
      implements SandboxEvent {

    /** Creates the error of a runtime that does not say which delivery it answers. */
    public ErrorBegan(ReplyCall call, String requestId) {
      this(call, requestId, null);
    }
  }

  /** The body of a response or an error ended. */
  record ReplyEnded(ReplyCall call, Reply reply) implements SandboxEvent {}

  /** The runtime reported that its init failed. */
  record InitErrorReported(InitErrorCall call, Reply.ReportedError error) implements SandboxEvent {}

  /** The runtime is ready for its snapshot and asks to be told of the restore. */
  record RuntimePolledRestore(RestoreNextCall call) implements SandboxEvent {}

  /** The connection of a poll for the restore was closed before it had its answer. */
  record RestorePollAbandoned(RestoreNextCall call) implements SandboxEvent {}

  /**
   * The runtime reported that its hook after the restore failed.
   *
   * @param errorType the scrubbed type
   */
  record RestoreErrorReported(RestoreErrorCall call, String errorType) implements SandboxEvent {}

  // ------------------------------------------------------------------ extensions

  /** An extension registers. */
  record ExtensionRegistered(RegisterCall call, Registration registration)
      implements SandboxEvent {}

  /** An extension asks for its next event. */
  record ExtensionPolledNext(ExtensionNextCall call, String id) implements SandboxEvent {}

  /** The connection of an extension's parked poll was closed. */
  record ExtensionNextAbandoned(ExtensionNextCall call, String id) implements SandboxEvent {}

  /** An event could not be written to an extension's poll. */
  record ExtensionDeliveryFailed(ExtensionNextCall call, String id) implements SandboxEvent {}

  /** An extension reported that its init failed. */
  record ExtensionInitErrorReported(ExtensionErrorCall call, String id, String errorType)
      implements SandboxEvent {}

  /** An extension reported that it is about to end. */
  record ExtensionExitErrorReported(ExtensionErrorCall call, String id, String errorType)
      implements SandboxEvent {}

  // ------------------------------------------------------------------ telemetry

  /** An extension wants to subscribe to telemetry. */
  record SubscriptionRequested(SubscribeCall call, String id) implements SandboxEvent {}

  /** A subscription of an extension of a generation begins. */
  record Subscribed(int generation, LifecycleEvent.Subscription subscription)
      implements SandboxEvent {}

  /** The subscribers of a generation have what waited for them, or cannot be given it. */
  record SubscribersFlushed(int generation) implements SandboxEvent {}

  // ------------------------------------------------------------------ processes and time

  /** These external extensions are installed. */
  record ExtensionsFound(int generation, List<String> names) implements SandboxEvent {}

  /** The runtime's process could not be started. */
  record RuntimeStartFailed(int generation, StartFailure failure) implements SandboxEvent {}

  /** The process of an extension could not be started. */
  record ExtensionStartFailed(int generation, String name, StartFailure failure)
      implements SandboxEvent {}

  /** The runtime's process ended. */
  record RuntimeExited(int generation, ProcessExit exit) implements SandboxEvent {}

  /** The process of an extension ended. */
  record ExtensionExited(int generation, String name, ProcessExit exit) implements SandboxEvent {}

  /** Nothing of a generation is left after a stop. */
  record ProcessesGone(int generation) implements SandboxEvent {}

  /** No connection of a generation is left, and none of its calls is on the way. */
  record Disconnected(int generation) implements SandboxEvent {}

  /** An alarm rang; it may be an old one. */
  record TimerFired(SandboxTimer timer) implements SandboxEvent {}
}

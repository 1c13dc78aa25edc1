package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.extension.ExtensionErrorCall;
import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.RegisterCall;
import dev.rapid.core.extension.Registration;
import dev.rapid.core.extension.SubscribeCall;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.worker.InitFailureCall;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.RestoreFailureCall;
import dev.rapid.core.worker.RestoreSlot;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that can happen to a sandbox. */
public sealed interface SandboxEvent {

  // ------------------------------------------------------------------ callers

  /**
   * The function shall be initialised before its first invocation.
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
   * The caller of an invocation does not want it any more. What has not begun is dropped. What the
   * runtime works on is ended, together with its processes unless other invocations share them. A
   * reply that is on its way is cut short or dropped, and the runtime goes on.
   */
  record InvocationCancelled(Invocation invocation) implements SandboxEvent {}

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

  // ------------------------------------------------------------------ the worker

  /** The worker has room for one more invocation. */
  record WorkerReady(WorkerSlot slot) implements SandboxEvent {}

  /** A slot is gone that was not answered, for example because its connection was closed. */
  record SlotWithdrawn(WorkerSlot slot) implements SandboxEvent {}

  /** Nothing of an invocation could be given to a slot. */
  record DeliveryFailed(WorkerSlot slot) implements SandboxEvent {}

  /** The connection over which a slot was answered with an invocation is gone. */
  record DeliveryLost(WorkerSlot slot) implements SandboxEvent {}

  /**
   * The process has ended that a slot of it was answered with an invocation for, and its runtime
   * goes on. What it had sent was read.
   */
  record WorkerEnded(WorkerSlot slot) implements SandboxEvent {}

  /**
   * The worker cannot be used any more, though its process may live: it has broken its protocol, or
   * the stream of the protocol has ended. What it had sent was read. Its process is ended.
   *
   * @param error what the invocations that it has get
   * @param message one line for people
   * @param exitMayFollow whether the end of the process may be the reason, as it is when a stream
   *     ends: then the sandbox waits for it up to {@link SandboxConfig#EXIT_TIME}, and the
   *     invocations get the exit instead
   */
  record WorkerBroken(int generation, ErrorType error, String message, boolean exitMayFollow)
      implements SandboxEvent {}

  /**
   * The worker said which runtime it is.
   *
   * @param runtime its name and version on one line, for example {@code python 3.13.5}
   */
  record WorkerDescribed(int generation, String runtime) implements SandboxEvent {}

  /**
   * The worker begins to reply to an invocation.
   *
   * @param deliveryId the delivery that it answers, null if it does not say
   */
  record ReplyBegan(WorkerReply call, ReplyKind kind, String requestId, @Nullable String deliveryId)
      implements SandboxEvent {

    /** Creates the beginning of a reply that does not say which delivery it answers. */
    public ReplyBegan(WorkerReply call, ReplyKind kind, String requestId) {
      this(call, kind, requestId, null);
    }
  }

  /** A reply ended. */
  record ReplyEnded(WorkerReply call, Reply reply) implements SandboxEvent {}

  /** The worker reported that its init failed. */
  record InitFailed(InitFailureCall call, Reply.ReportedError error) implements SandboxEvent {}

  /** The worker is ready for its snapshot and waits for its restore. */
  record SnapshotReady(RestoreSlot slot) implements SandboxEvent {}

  /** A slot for the restore is gone that was not answered. */
  record RestoreSlotWithdrawn(RestoreSlot slot) implements SandboxEvent {}

  /**
   * The worker reported that its hook after the restore failed.
   *
   * @param errorType the scrubbed type
   */
  record RestoreFailed(RestoreFailureCall call, String errorType) implements SandboxEvent {}

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

  /** All telemetry of a generation until a moment is where it belongs. */
  record TelemetrySettled(int generation) implements SandboxEvent {}

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

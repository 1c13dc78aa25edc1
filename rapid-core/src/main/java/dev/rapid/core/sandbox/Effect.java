package dev.rapid.core.sandbox;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.extension.ExtensionCall;
import dev.rapid.core.extension.ExtensionErrorCall;
import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.RegisterCall;
import dev.rapid.core.extension.SubscribeCall;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.worker.InitFailureCall;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.RestoreFailureCall;
import dev.rapid.core.worker.RestoreSlot;
import dev.rapid.core.worker.WorkerCall;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;

/** Everything that a sandbox can ask of the world. Effects of one transition run in order. */
public sealed interface Effect {

  // ------------------------------------------------------------------ processes

  /** Find the installed extensions; {@link SandboxEvent.ExtensionsFound} follows. */
  record FindExtensions(int generation) implements Effect {}

  /** Start an external extension. */
  record StartExtension(int generation, String name) implements Effect {}

  /** Start the runtime. */
  record StartRuntime(int generation) implements Effect {}

  /** Ask the runtime to end. */
  record TerminateRuntime(int generation) implements Effect {}

  /** Kill the runtime. */
  record KillRuntime(int generation) implements Effect {}

  /** Kill an external extension. */
  record KillExtension(int generation, String name) implements Effect {}

  /** Stop all processes where they are, until {@link Thaw}. */
  record Freeze(int generation) implements Effect {}

  /** Let all processes go on. */
  record Thaw(int generation) implements Effect {}

  /** Kill all processes that are left; {@link SandboxEvent.ProcessesGone} follows. */
  record StopProcesses(int generation) implements Effect {}

  /**
   * Close what is left of the connections of processes that are gone; {@link
   * SandboxEvent.Disconnected} follows.
   */
  record Disconnect(int generation) implements Effect {}

  // ------------------------------------------------------------------ the runtime

  /** Answer a poll with an event. */
  record Deliver(WorkerSlot call, Invocation invocation, Deadline deadline) implements Effect {}

  /** Tell the worker that the result of a delivered invocation is not wanted any more. */
  record CancelDelivery(WorkerSlot slot, Invocation invocation) implements Effect {}

  /** Read the body of a reply. */
  record ReceiveBody(WorkerReply call) implements Effect {}

  /** Pass the body of a response on to its caller while it comes. */
  record StreamBody(WorkerReply call, StreamingSink sink, long maxBytes) implements Effect {}

  /** End the transfer of a response whose caller has another outcome already. */
  record AbortReply(WorkerReply call) implements Effect {}

  /** Tell the runtime that its reply was taken. */
  record AcceptReply(WorkerReply call) implements Effect {}

  /** Tell the runtime that its init error was taken. */
  record AcceptInitFailure(InitFailureCall call) implements Effect {}

  /** Tell the runtime that it was restored. */
  record Restored(RestoreSlot call) implements Effect {}

  /** Tell the runtime that its restore error was taken. */
  record AcceptRestoreFailure(RestoreFailureCall call) implements Effect {}

  /** Tell the runtime that its call is not obeyed. */
  record Refuse(WorkerCall call, Refusal refusal) implements Effect {}

  // ------------------------------------------------------------------ extensions

  /** Tell an extension that it is registered. */
  record AcceptRegistration(RegisterCall call) implements Effect {}

  /** Tell an extension that an invocation begins. */
  record DeliverInvoke(ExtensionNextCall call, Invocation invocation, Deadline deadline)
      implements Effect {}

  /** Tell an extension that the sandbox is about to end. */
  record DeliverShutdown(ExtensionNextCall call, ShutdownReason reason, Deadline deadline)
      implements Effect {}

  /** Tell an extension that its report was taken. */
  record AcceptExtensionError(ExtensionErrorCall call) implements Effect {}

  /** Tell an extension that its call is not obeyed. */
  record RefuseExtension(ExtensionCall call, ExtensionRefusal refusal) implements Effect {}

  // ------------------------------------------------------------------ callers

  /** Give the caller the outcome. */
  record Complete(Invocation invocation, Outcome outcome) implements Effect {}

  /** Let one more caller read a reply. */
  record Share(Reply.ReportedError reply) implements Effect {}

  /** Give back the memory of a reply that has no reader. */
  record Discard(Reply reply) implements Effect {}

  /** Tell the fleet that an invocation has ended and the next one may come. */
  record BecomeAvailable(Invocation ended) implements Effect {}

  /** Answer a request for a reset: it is done. */
  record AnswerReset(ResetCall call, ResetResult result) implements Effect {}

  /** Answer a request for a restore. */
  record AnswerRestore(RestoreCall call, RestoreResult result) implements Effect {}

  /** Complete {@link Sandbox#terminated}. */
  record AnnounceTermination() implements Effect {}

  // ------------------------------------------------------------------ time and telemetry

  /** Ring at a moment; replaces an earlier setting of the same alarm. */
  record ArmTimer(SandboxTimer timer, long atNanos) implements Effect {}

  /** Do not ring. */
  record CancelTimer(SandboxTimer timer) implements Effect {}

  /** Tell telemetry. */
  record Emit(LifecycleEvent event) implements Effect {}

  /** From now on the extensions of a generation can subscribe to telemetry. */
  record OpenSubscriptions(int generation) implements Effect {}

  /** From now on no extension can subscribe to telemetry. */
  record CloseSubscriptions(int generation) implements Effect {}

  /** An extension that is known wants to subscribe; the rest is for its call to decide. */
  record AdmitSubscriber(SubscribeCall call, int generation, String extensionName, boolean open)
      implements Effect {}

  /** Give subscribers what waits for them; {@link SandboxEvent.SubscribersFlushed} follows. */
  record FlushSubscribers(int generation) implements Effect {}

  /**
   * Give subscribers what waits for them, after the log has all that was written until now; {@link
   * SandboxEvent.TelemetrySettled} follows.
   */
  record SettleTelemetry(int generation) implements Effect {}

  /** No process of a generation is left that could take telemetry. */
  record EndSubscriptions(int generation) implements Effect {}
}

package dev.rapid.core.sandbox;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;

/** Everything that a sandbox can ask of the world. Effects of one transition run in order. */
public sealed interface Effect {

  /** Start the runtime. */
  record StartRuntime(int generation) implements Effect {}

  /** End all processes; {@link SandboxEvent.ProcessesGone} follows. */
  record StopProcesses(int generation) implements Effect {}

  /** Close what is left of the connections of a runtime that is gone. */
  record DisconnectRuntime() implements Effect {}

  /** Answer a poll with an event. */
  record Deliver(NextCall call, Invocation invocation, long deadlineNanos) implements Effect {}

  /** Read the body of a reply. */
  record ReceiveBody(ReplyCall call) implements Effect {}

  /** Tell the runtime that its reply was taken. */
  record AcceptReply(ReplyCall call) implements Effect {}

  /** Tell the runtime that its init error was taken. */
  record AcceptInitError(InitErrorCall call) implements Effect {}

  /** Tell the runtime that its call is not obeyed. */
  record Refuse(RuntimeCall call, Refusal refusal) implements Effect {}

  /** Give the caller the outcome. */
  record Complete(Invocation invocation, Outcome outcome) implements Effect {}

  /** Give back memory of a reply that nobody will read. */
  record Discard(Reply reply) implements Effect {}

  /** Ring at a moment; replaces an earlier setting of the same alarm. */
  record ArmTimer(SandboxTimer timer, long atNanos) implements Effect {}

  /** Do not ring. */
  record CancelTimer(SandboxTimer timer) implements Effect {}

  /** Tell telemetry. */
  record Emit(LifecycleEvent event) implements Effect {}

  /** Tell the fleet that an invocation has ended and the next one may come. */
  record BecomeAvailable(Invocation ended) implements Effect {}

  /** Tell whoever waits that the sandbox has ended for good. */
  record AnnounceTermination() implements Effect {}
}

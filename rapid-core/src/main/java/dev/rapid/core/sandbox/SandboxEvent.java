package dev.rapid.core.sandbox;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;

/** Everything that can happen to a sandbox. */
public sealed interface SandboxEvent {

  /** The runtime shall be initialised before anybody invokes it. */
  record InitRequested() implements SandboxEvent {}

  /** The fleet hands over an invocation; it does so only to a sandbox that is available. */
  record InvokeRequested(Invocation invocation) implements SandboxEvent {}

  /** The caller of an invocation is no longer there. */
  record CallerGone(Invocation invocation) implements SandboxEvent {}

  /** The runtime asks for the next invocation. */
  record RuntimePolledNext(NextCall call) implements SandboxEvent {}

  /** The connection of a parked poll was closed. */
  record NextAbandoned(NextCall call) implements SandboxEvent {}

  /** An event could not be written to a poll. */
  record DeliveryFailed(NextCall call) implements SandboxEvent {}

  /** The head of a response arrived. */
  record ResponseBegan(ReplyCall call, String requestId) implements SandboxEvent {}

  /** The head of an error arrived. */
  record ErrorBegan(ReplyCall call, String requestId) implements SandboxEvent {}

  /** The body of a response or an error ended. */
  record ReplyEnded(ReplyCall call, Reply reply) implements SandboxEvent {}

  /** The runtime reported that its init failed. */
  record InitErrorReported(InitErrorCall call, Reply.ReportedError error) implements SandboxEvent {}

  /** The runtime's process could not be started. */
  record RuntimeStartFailed(int generation, StartFailure failure) implements SandboxEvent {}

  /** The runtime's process ended. */
  record RuntimeExited(int generation, ProcessExit exit) implements SandboxEvent {}

  /** Nothing of a generation is left after a stop. */
  record ProcessesGone(int generation) implements SandboxEvent {}

  /** An alarm rang; it may be an old one. */
  record TimerFired(SandboxTimer timer) implements SandboxEvent {}

  /** The sandbox shall end for good. */
  record ShutdownRequested() implements SandboxEvent {}
}

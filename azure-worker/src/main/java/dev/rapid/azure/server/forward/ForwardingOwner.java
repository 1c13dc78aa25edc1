package dev.rapid.azure.server.forward;

import dev.rapid.azure.http.UrlResponse;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.trigger.FunctionReply;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.SandboxEvent;

/**
 * The session that a forwarded invocation belongs to. Its methods are called on an event loop, and
 * do not block.
 */
public interface ForwardingOwner {

  /** Passes on what happens. */
  void post(SandboxEvent event);

  /** Returns what a function that failed replies with. */
  FunctionReply failureOf(InvocationResponse response);

  /** Returns the reply for a caller who does not take an HTTP response as it comes. */
  FunctionReply replyOf(UrlResponse head, Payload body, InvocationResponse response);

  /** The caller has its reply, and the worker has not said that the function is over. */
  void repliedBeforeMessage();

  /** Nothing more of the invocation is wanted from the worker. */
  void cancelInWorker();

  /** The worker's HTTP server cannot be reached, so that the worker is of no use. */
  void unreachable(String message);

  /** Both halves are over: the worker has room for another invocation. Called at most once. */
  void done();
}

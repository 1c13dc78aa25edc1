package dev.rapid.core.sandbox;

import dev.rapid.core.invocation.StreamingSink;

/** A response or an error that the runtime posts for an invocation. */
public interface ReplyCall extends RuntimeCall {

  /**
   * The head was accepted: read the body, then post exactly one {@link SandboxEvent.ReplyEnded},
   * possibly before this method returns.
   */
  void receiveBody();

  /**
   * The head was accepted: pass the body on while it comes, then post exactly one {@link
   * SandboxEvent.ReplyEnded}, possibly before this method returns. A body of which nothing was
   * passed on may end as a buffered one does.
   *
   * @param maxBytes one byte more than this is passed on at the most
   */
  void streamBody(StreamingSink sink, long maxBytes);

  /** Nobody wants the rest of a streamed body: closes the runtime's connection. */
  void abort();

  /** Answers that the reply was taken. */
  void accept();
}

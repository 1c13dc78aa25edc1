package dev.rapid.core.worker;

import dev.rapid.core.invocation.StreamingSink;

/** A response or an error that a worker sends for an invocation. */
public interface WorkerReply extends WorkerCall {

  /**
   * The sandbox wants the reply: read its body, then post exactly one {@code ReplyEnded}, possibly
   * before this method returns.
   */
  void receiveBody();

  /**
   * The sandbox wants the reply: pass its body on while it comes, then post exactly one {@code
   * ReplyEnded}, possibly before this method returns. A body of which nothing was passed on may end
   * as a buffered one does.
   *
   * @param maxBytes one byte more than this is passed on at the most
   */
  void streamBody(StreamingSink sink, long maxBytes);

  /** Ends the transfer of a streamed body whose rest has no reader. */
  void abort();

  /** Answers that the reply was taken. */
  void accept();
}

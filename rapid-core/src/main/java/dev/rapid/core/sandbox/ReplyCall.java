package dev.rapid.core.sandbox;

/** A response or an error that the runtime posts for an invocation. */
public interface ReplyCall extends RuntimeCall {

  /**
   * The head was accepted: read the body, then post exactly one {@link SandboxEvent.ReplyEnded},
   * possibly before this method returns.
   */
  void receiveBody();

  /** Answers that the reply was taken. */
  void accept();
}

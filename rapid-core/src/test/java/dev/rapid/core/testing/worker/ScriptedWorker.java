package dev.rapid.core.testing.worker;

/** A worker whose every step the test says, at the far end of a protocol. */
public interface ScriptedWorker extends AutoCloseable {

  /**
   * What a worker gets to handle.
   *
   * @param deadlineEpochMillis when it times out
   */
  record Given(String requestId, String payload, long deadlineEpochMillis) {}

  /** What became of something that the worker sent. */
  enum Answer {
    /** It was taken. */
    ACCEPTED,
    /** It belongs to no invocation that runs. */
    UNKNOWN_INVOCATION,
    /** Its invocation timed out, and the worker goes on. */
    INVOCATION_TIMED_OUT,
    /** The worker may not do that now. */
    NOT_ALLOWED,
    /** It was larger than the caller can take. */
    TOO_LARGE
  }

  /** Says that the worker has room for one more invocation. */
  void ready();

  /** Waits for an invocation. */
  Given awaitInvocation();

  /** Sends the result of an invocation and waits for the answer. */
  Answer respond(String requestId, byte[] result);

  /** Sends the error of an invocation and waits for the answer. */
  Answer fail(String requestId, String errorType, String body);

  /** Reports that the init failed and waits for the answer. */
  Answer failInit(String errorType, String body);

  /** Begins to send a result of {@code length} bytes, sends less and closes the connection. */
  void breakOff(String requestId, int length);

  /** Closes the connection. */
  @Override
  void close();
}

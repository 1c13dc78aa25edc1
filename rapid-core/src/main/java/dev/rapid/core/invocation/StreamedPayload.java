package dev.rapid.core.invocation;

/**
 * A payload that arrives while its invocation runs. Front ends make one only for functions whose
 * worker protocol can pass it on; {@link ArrivingPayload} is theirs to fill. Its size is 0 and it
 * has no buffers: only its pieces have bytes.
 *
 * <p>When the last reader has released it, what is left of it is dropped, and its receiver is not
 * called any more. The owner of the sandbox releases it when the invocation has ended, so that a
 * worker protocol needs no release of its own.
 */
public interface StreamedPayload extends Payload {

  /**
   * Passes the pieces on, as they come. Called at most once, and not for a delivery of which the
   * worker can have nothing ({@code DeliveryFailed}); the first piece may come before this method
   * returns.
   */
  void passTo(Receiver receiver);

  /** Takes the pieces of a payload; on any thread, one call at a time; must not block. */
  interface Receiver {

    /**
     * Takes the next bytes, which the receiver owns. It releases them when the worker has taken
     * them, and so sets the pace: the caller is not read from while too much waits to be released.
     */
    void write(Payload bytes);

    /** The payload is complete. Nothing follows. */
    void complete();

    /** The caller has gone in the middle of it. Nothing follows. */
    void truncated();
  }
}

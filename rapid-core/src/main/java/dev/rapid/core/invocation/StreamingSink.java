package dev.rapid.core.invocation;

/**
 * The end of a caller who takes the response while the runtime sends it.
 *
 * <p>An outcome follows in any case: {@link Outcome.Streamed} after a response that has begun, or
 * {@link Outcome.Failed} if Rapid cuts it short; any other one if nothing has begun.
 */
public interface StreamingSink extends ResponseSink {

  /**
   * The response begins: its first bytes are there, or its end. Called at most once, before the
   * outcome or shortly after one that cut the response short; on any thread; must not block.
   *
   * @param source learns if the caller is gone
   */
  void begin(ResponseHead head, ResponseSource source);

  /**
   * Takes the next bytes, which the sink owns. Called between {@link #begin} and the outcome, or
   * shortly after an outcome that cut the response short; on any thread; must not block.
   *
   * <p>The sink releases them when the caller has taken them, and so sets the pace: the runtime is
   * not read from while too much waits to be released.
   */
  void write(Payload bytes);
}

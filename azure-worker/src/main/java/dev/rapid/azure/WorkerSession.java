package dev.rapid.azure;

import java.time.Duration;

/** The conversation with one process of a worker. Thread-safe; nothing blocks. */
public interface WorkerSession {

  /**
   * Cancels what the worker runs, and asks it to end by itself, as far as it understands that
   * (contract azure-functions-worker, section 14.1).
   *
   * @return whether the worker understands that it is to end
   */
  boolean terminate(Duration grace);

  /** Ends the host's side of the stream. */
  void endStream();

  /** The process is stopped where it is, until {@link #thawed}: it cannot answer. */
  void frozen();

  /** The process goes on. */
  void thawed();

  /** Returns whether its restore has begun and not succeeded yet. */
  boolean isRestoring();

  /**
   * Ends everything.
   *
   * @param closed run when nothing more reaches the sandbox from here; on any thread
   */
  void close(Runnable closed);
}

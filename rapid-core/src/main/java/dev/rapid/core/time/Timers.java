package dev.rapid.core.time;

/**
 * Runs tasks at moments of the {@link NanoClock}.
 *
 * <p>Tasks must be short: all timers of a process may share one thread.
 */
@FunctionalInterface
public interface Timers {

  /**
   * Runs {@code task} once, not before {@code atNanos}.
   *
   * @param atNanos the moment, as a reading of the nano clock; a past moment means at once
   */
  void schedule(long atNanos, Runnable task);
}

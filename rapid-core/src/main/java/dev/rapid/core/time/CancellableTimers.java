package dev.rapid.core.time;

/**
 * {@link Timers} for tasks that are many and seldom come to their moment, such as the time limits
 * of callers who wait.
 */
@FunctionalInterface
public interface CancellableTimers {

  /** A task that has not run yet, or has. */
  @FunctionalInterface
  interface Scheduled {

    /** Prevents the task from running, and forgets it. It has no effect on one that runs or ran. */
    void cancel();
  }

  /**
   * Runs {@code task} once, not before {@code atNanos}, unless it is cancelled.
   *
   * @param atNanos the moment, as a reading of the nano clock; a past moment means at once
   */
  Scheduled scheduleCancellable(long atNanos, Runnable task);
}

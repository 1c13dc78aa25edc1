package dev.rapid.core.time;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Timers on one daemon thread of their own. */
public final class ScheduledTimers implements Timers, CancellableTimers, AutoCloseable {

  private static final long STACK_BYTES = 256 * 1024;

  private final NanoClock clock;
  private final ScheduledThreadPoolExecutor executor;

  /** Creates timers that follow {@code clock}; the thread starts with the first task. */
  public ScheduledTimers(NanoClock clock) {
    this.clock = clock;
    this.executor =
        new ScheduledThreadPoolExecutor(
            1,
            task ->
                Thread.ofPlatform().daemon().name("timers").stackSize(STACK_BYTES).unstarted(task));
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public void schedule(long atNanos, Runnable task) {
    if (!executor.isShutdown()) {
      var ignored = executor.schedule(task, atNanos - clock.nanoTime(), TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public Scheduled scheduleCancellable(long atNanos, Runnable task) {
    if (executor.isShutdown()) {
      return () -> {};
    }
    Future<?> future = executor.schedule(task, atNanos - clock.nanoTime(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  /** Returns how many tasks are not due yet. */
  public int waitingCount() {
    return executor.getQueue().size();
  }

  /** Drops all tasks that are not due yet. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}

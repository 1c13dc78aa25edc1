package dev.rapid.emulator;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs the callbacks of invocation results, which may block, unlike I/O threads. Its threads start
 * on demand.
 */
final class Callbacks implements Executor, AutoCloseable {

  private static final int IDLE_SECONDS = 5;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> Thread.ofPlatform().daemon().name("rapid-callback").unstarted(task));

  @Override
  public void execute(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException closed) {
      task.run();
    }
  }

  /** Ends the threads once their tasks have ended. */
  @Override
  public void close() {
    threads.shutdown();
  }
}

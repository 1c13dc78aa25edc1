package dev.rapid.kapacitor.agent;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs the steps of one conversation, one after the other, on a thread of their own: they may wait
 * for the host to read. Thread-safe.
 */
final class Steps {

  private static final Logger LOG = System.getLogger(Steps.class.getName());
  private static final long STACK_BYTES = 512 * 1024;

  private final ThreadPoolExecutor thread;
  private final Runnable whenBroken;

  /**
   * Creates steps whose thread starts with the first one.
   *
   * @param whenBroken runs after a step that has thrown, which is a bug in Rapid
   */
  Steps(String threadName, Runnable whenBroken) {
    this.whenBroken = whenBroken;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name(threadName)
                    .stackSize(STACK_BYTES)
                    .unstarted(task),
            (task, executor) -> ((Step) task).dropped().run());
  }

  /** Runs a step after those before it; not at all after the end. */
  void run(Runnable step) {
    run(step, () -> {});
  }

  /**
   * Runs a step after those before it.
   *
   * @param dropped runs instead of it after the end
   */
  void run(Runnable step, Runnable dropped) {
    thread.execute(new Step(step, dropped));
  }

  /** Lets the thread end after the steps that wait. */
  void end() {
    thread.shutdown();
  }

  private final class Step implements Runnable {

    private final Runnable step;
    private final Runnable dropped;

    Step(Runnable step, Runnable dropped) {
      this.step = step;
      this.dropped = dropped;
    }

    Runnable dropped() {
      return dropped;
    }

    @Override
    public void run() {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "A conversation with a host failed", e);
        whenBroken.run();
      }
    }
  }
}

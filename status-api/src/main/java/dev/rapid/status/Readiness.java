package dev.rapid.status;

import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.PhaseListener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Knows whether an invocation would reach the function.
 *
 * <p>A function that Rapid starts is ready after a successful init, and no longer ready after a
 * failed one. A reset does not matter, because the next invocation starts the function again. If
 * init waits for the first invocation, the function is ready from the start. A runtime that the
 * user starts is ready while it waits for an invocation or runs one.
 */
public final class Readiness implements PhaseListener {

  private final boolean attached;

  // All guarded by this.
  private final Set<Runnable> waiters = new LinkedHashSet<>();
  private boolean ready;
  private String phase = new Phase.Cold().activity();
  private boolean initialising;

  /**
   * Creates the readiness of a cold sandbox.
   *
   * @param attached whether the user starts the runtime
   * @param lazy whether init waits for the first invocation
   */
  public Readiness(boolean attached, boolean lazy) {
    this.attached = attached;
    this.ready = lazy && !attached;
  }

  /**
   * The readiness at one moment.
   *
   * @param ready whether an invocation would reach the function
   * @param phase the phase of the sandbox
   */
  public record Snapshot(boolean ready, String phase) {}

  /** Returns the readiness now. */
  public synchronized Snapshot snapshot() {
    return new Snapshot(ready, phase);
  }

  @Override
  public void entered(Phase entered) {
    List<Runnable> due;
    synchronized (this) {
      boolean initFailed = initialising && entered instanceof Phase.Resetting;
      initialising = entered instanceof Phase.Initializing;
      phase = entered.activity();
      ready =
          switch (entered) {
            case Phase.Serving p -> true;
            case Phase.Restoring p -> true;
            case Phase.Failed p -> ready;
            case Phase.Resetting p -> ready && !initFailed && !attached;
            case Phase.Initializing p -> ready && !attached;
            case Phase.Cold p -> ready && !attached;
            case Phase.ShuttingDown p -> false;
            case Phase.Terminated p -> false;
          };
      if (!ready || waiters.isEmpty()) {
        return;
      }
      due = new ArrayList<>(waiters);
      waiters.clear();
    }
    due.forEach(Runnable::run);
  }

  /** Runs {@code task} once it is ready: at once, or later on any thread. It must not block. */
  public void whenReady(Runnable task) {
    synchronized (this) {
      if (!ready) {
        waiters.add(task);
        return;
      }
    }
    task.run();
  }

  /** Removes a task that has not run. */
  synchronized void forget(Runnable task) {
    waiters.remove(task);
  }
}

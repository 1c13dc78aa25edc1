package dev.rapid.status;

import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.PhaseListener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Knows whether an invocation would reach a function.
 *
 * <p>A function that Rapid starts is ready after a successful init, and no longer ready after a
 * failed one, unless another of its sandboxes serves. A reset does not matter, nor does the end of
 * an idle sandbox, because the next invocation starts the function again. If init waits for the
 * first invocation, the function is ready from the start. A runtime that the user starts is ready
 * while it waits for an invocation or runs one.
 */
public final class Readiness {

  private final boolean attached;

  // All guarded by this.
  private final Set<Runnable> waiters = new LinkedHashSet<>();
  private final Set<SandboxPhases> serving = new LinkedHashSet<>();
  private boolean ready;
  private boolean ended;
  private String newestPhase = new Phase.Cold().activity();

  /**
   * Creates the readiness of a function without sandboxes.
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
   * @param phase the phase of a sandbox that serves; if there is none, of the one that changed last
   */
  public record Snapshot(boolean ready, String phase) {}

  /** Returns the readiness now. */
  public synchronized Snapshot snapshot() {
    return new Snapshot(
        ready, serving.isEmpty() ? newestPhase : serving.iterator().next().activity);
  }

  /** Returns the receiver of the phases of one more sandbox, which is cold. */
  public PhaseListener sandbox() {
    return new SandboxPhases();
  }

  /** The function ends: it is never ready again. */
  public synchronized void end() {
    ended = true;
    ready = false;
  }

  /** The phases of one sandbox. The lock of the readiness guards its fields. */
  private final class SandboxPhases implements PhaseListener {

    private String activity = new Phase.Cold().activity();
    private boolean initialising;

    @Override
    public void entered(Phase entered) {
      Readiness.this.entered(this, entered);
    }
  }

  private void entered(SandboxPhases sandbox, Phase entered) {
    List<Runnable> due;
    synchronized (this) {
      boolean initFailed = sandbox.initialising && entered instanceof Phase.Resetting;
      sandbox.initialising = entered instanceof Phase.Initializing;
      sandbox.activity = entered.activity();
      newestPhase = entered.activity();
      boolean serves = entered instanceof Phase.Serving || entered instanceof Phase.Restoring;
      if (serves) {
        serving.add(sandbox);
      } else {
        serving.remove(sandbox);
      }
      // An invocation starts a function again, but not a runtime that the user starts.
      boolean others = !serving.isEmpty();
      ready =
          !ended
              && switch (entered) {
                case Phase.Serving p -> true;
                case Phase.Restoring p -> true;
                case Phase.Failed p -> ready;
                case Phase.Resetting p -> (initFailed || attached) ? others : ready;
                case Phase.Initializing p -> attached ? others : ready;
                case Phase.Cold p -> attached ? others : ready;
                case Phase.ShuttingDown p -> attached ? others : ready;
                case Phase.Terminated p -> attached ? others : ready;
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

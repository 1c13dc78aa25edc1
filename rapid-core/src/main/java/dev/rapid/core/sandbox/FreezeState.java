package dev.rapid.core.sandbox;

import dev.rapid.core.time.Deadline;

/**
 * Whether the processes of a sandbox are stopped.
 *
 * @param frozen whether they are
 * @param settling how many times telemetry is being delivered before they may be
 * @param due when they may be, if no invocation comes before; never if they may now
 */
public record FreezeState(boolean frozen, int settling, Deadline due) {

  /** The processes run, and nothing is under way that stops them. */
  static final FreezeState RUNNING = new FreezeState(false, 0, Deadline.NEVER);

  FreezeState asFrozen() {
    return new FreezeState(true, settling, Deadline.NEVER);
  }

  FreezeState asRunning() {
    return new FreezeState(false, settling, Deadline.NEVER);
  }

  FreezeState dueAt(Deadline moment) {
    return new FreezeState(frozen, settling, moment);
  }

  FreezeState settlingOnceMore() {
    return new FreezeState(frozen, settling + 1, Deadline.NEVER);
  }

  FreezeState afterSettled() {
    return new FreezeState(frozen, Math.max(0, settling - 1), due);
  }
}

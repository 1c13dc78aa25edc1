package dev.rapid.core.sandbox;

/**
 * Whether the processes of a sandbox are stopped.
 *
 * @param frozen whether they are
 * @param settling how many times telemetry is being delivered before they may be
 */
public record FreezeState(boolean frozen, int settling) {

  /** The processes run, and nothing is under way that stops them. */
  static final FreezeState RUNNING = new FreezeState(false, 0);

  FreezeState asFrozen() {
    return new FreezeState(true, settling);
  }

  FreezeState asRunning() {
    return new FreezeState(false, settling);
  }

  FreezeState settlingOnceMore() {
    return new FreezeState(frozen, settling + 1);
  }

  FreezeState afterSettled() {
    return new FreezeState(frozen, Math.max(0, settling - 1));
  }
}

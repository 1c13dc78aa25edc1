package dev.rapid.core.worker;

/** Where a worker stands in its conversation with the sandbox. */
public enum WorkerState {
  /** It was started and has not said anything. */
  STARTED,
  /** It reported that its init failed. */
  INIT_FAILED,
  /** It has room for an invocation, or the sandbox expects that it soon has. */
  READY,
  /** It has an invocation. */
  RUNNING,
  /** It sends a response. */
  RESPONDING,
  /** It sends an error. */
  REPORTING_ERROR,
  /** Its reply has ended; it is not known to have room for another invocation. */
  REPLIED,
  /** It has been initialised and waits for its restore. */
  SNAPSHOT_READY,
  /** It runs its hook after a restore. */
  RESTORING,
  /** It reported that its hook failed. */
  RESTORE_FAILED
}

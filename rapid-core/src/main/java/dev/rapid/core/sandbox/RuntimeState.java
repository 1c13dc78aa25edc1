package dev.rapid.core.sandbox;

/**
 * Where the runtime stands in its conversation with the Runtime API (contract
 * runtime-extensions-telemetry, section 2.1).
 */
public enum RuntimeState {
  /** It has not called yet. */
  STARTED("Started"),
  /** It reported that its init failed. */
  INIT_ERROR("InitError"),
  /** It waits for an event, or is expected to. */
  READY("Ready"),
  /** It has an event. */
  RUNNING("Running"),
  /** It is sending a response. */
  INVOCATION_RESPONSE("InvocationResponse"),
  /** It is sending an error. */
  INVOCATION_ERROR_RESPONSE("InvocationErrorResponse"),
  /** Its reply was taken; it has not asked for more yet. */
  RESPONSE_SENT("RuntimeResponseSentState"),
  /** It has been initialised and waits for its restore. */
  RESTORE_READY("RestoreReady"),
  /** It runs its hook after a restore. */
  RESTORING("Restoring"),
  /** It reported that its hook failed. */
  RESTORE_ERROR("RuntimeRestoreErrorState");

  private final String wireName;

  RuntimeState(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the name that error bodies and the internal state show. */
  public String wireName() {
    return wireName;
  }
}

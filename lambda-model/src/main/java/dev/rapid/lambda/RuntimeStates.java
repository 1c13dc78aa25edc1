package dev.rapid.lambda;

import dev.rapid.core.worker.WorkerState;

/**
 * The Runtime API's names of a worker's states (contract runtime-extensions-telemetry, section
 * 2.1).
 */
public final class RuntimeStates {

  private RuntimeStates() {}

  /** Returns the name that error bodies and the internal state show. */
  public static String nameOf(WorkerState state) {
    return switch (state) {
      case STARTED -> "Started";
      case INIT_FAILED -> "InitError";
      case READY -> "Ready";
      case RUNNING -> "Running";
      case RESPONDING -> "InvocationResponse";
      case REPORTING_ERROR -> "InvocationErrorResponse";
      case REPLIED -> "RuntimeResponseSentState";
      case SNAPSHOT_READY -> "RestoreReady";
      case RESTORING -> "Restoring";
      case RESTORE_FAILED -> "RuntimeRestoreErrorState";
    };
  }
}

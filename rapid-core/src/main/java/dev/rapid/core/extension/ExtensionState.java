package dev.rapid.core.extension;

/** Where an extension stands (contract runtime-extensions-telemetry, sections 2.2 and 2.3). */
public enum ExtensionState {
  /** Its process was started and has not registered yet. */
  STARTED("Started"),
  /** It registered and has not asked for an event yet. */
  REGISTERED("Registered"),
  /** It waits for an event, or is expected to. */
  READY("Ready"),
  /** It has an event. */
  RUNNING("Running"),
  /** It reported that its init failed. */
  INIT_ERROR("InitError"),
  /** It reported that it is about to end because of an error. */
  EXIT_ERROR("ExitError"),
  /** Its process could not be started. */
  LAUNCH_ERROR("LaunchError"),
  /** It had the shutdown event and ended well. */
  EXITED("Exited"),
  /** It had the shutdown event and ended badly or had to be killed. */
  SHUTDOWN_FAILED("ShutdownFailed");

  private final String wireName;

  ExtensionState(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the name that error bodies, telemetry and the internal state show. */
  public String wireName() {
    return wireName;
  }
}

package dev.rapid.core.sandbox;

/** Who starts the runtime's process and ends it. */
public enum RuntimeOwner {
  /** Rapid does. */
  RAPID,
  /** The user does (attach mode). */
  USER;

  /** Returns whether Rapid sees the process begin and end; if not, only its connections tell. */
  boolean seesProcess() {
    return this == RAPID;
  }

  /** Returns whether the runtime goes on during a reset, because Rapid does not end it. */
  boolean survivesReset() {
    return this == USER;
  }
}

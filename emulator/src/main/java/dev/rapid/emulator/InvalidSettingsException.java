package dev.rapid.emulator;

/** Thrown for settings that cannot run a function; the message says which and why. */
public final class InvalidSettingsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  InvalidSettingsException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what is wrong; each line is one problem
   */
  public InvalidSettingsException(String message, RuntimeException cause) {
    super(message, cause);
  }
}

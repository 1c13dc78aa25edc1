package dev.rapid.emulator;

/** Settings with which no function can be run; the message says which and why. */
public final class InvalidSettingsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  InvalidSettingsException(String message) {
    super(message);
  }

  InvalidSettingsException(String message, IllegalArgumentException cause) {
    super(message, cause);
  }
}

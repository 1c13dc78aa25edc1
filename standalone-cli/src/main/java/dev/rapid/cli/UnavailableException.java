package dev.rapid.cli;

/** An address cannot be listened on, or nobody answers at it. */
final class UnavailableException extends Exception {

  private static final long serialVersionUID = 1;

  /**
   * Creates an exception.
   *
   * @param message what was attempted, why it failed and what to do, in one line
   */
  UnavailableException(String message) {
    super(message);
  }
}

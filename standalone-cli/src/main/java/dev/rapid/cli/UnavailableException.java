package dev.rapid.cli;

/** Thrown if Rapid cannot listen on an address, or there is no answer from one. */
final class UnavailableException extends Exception {

  private static final long serialVersionUID = 1;

  /**
   * Creates an exception.
   *
   * @param message what failed, why, and what to do, in one line
   */
  UnavailableException(String message) {
    super(message);
  }
}

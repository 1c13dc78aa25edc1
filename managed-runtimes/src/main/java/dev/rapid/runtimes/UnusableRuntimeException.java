package dev.rapid.runtimes;

/** A function cannot run here. The message says why, and what to do about it. */
public final class UnusableRuntimeException extends Exception {

  private static final long serialVersionUID = 1;

  /** Creates an exception with a message for the user. */
  public UnusableRuntimeException(String message) {
    super(message);
  }

  /** Creates an exception with a message for the user. */
  public UnusableRuntimeException(String message, Throwable cause) {
    super(message, cause);
  }
}

package dev.rapid.azure.app;

/** An app, or a description of it, that cannot be used; the message is for its author. */
public final class InvalidAppException extends Exception {

  private static final long serialVersionUID = 1;

  /** Creates an exception with a message that says what is wrong, where, and what to do. */
  public InvalidAppException(String message) {
    super(message);
  }
}

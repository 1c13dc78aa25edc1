package dev.rapid.azure.event;

/** A payload from which no data for the trigger can be made; the message is for the caller. */
public final class InvalidPayloadException extends Exception {

  private static final long serialVersionUID = 1;

  /** Creates an exception with a message of one line that says what is wrong and what to do. */
  public InvalidPayloadException(String message) {
    super(message);
  }
}

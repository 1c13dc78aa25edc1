package dev.rapid.kapacitor.json;

/**
 * An event from which no data for an agent can be made (contract kapacitor-udf, section 10.3). The
 * message is for the caller, and has the JSON pointer of the place.
 */
public final class InvalidEventException extends Exception {

  private static final long serialVersionUID = 1;

  /** Creates an exception with a message of one line that says where and what is wrong. */
  public InvalidEventException(String message) {
    super(message);
  }
}

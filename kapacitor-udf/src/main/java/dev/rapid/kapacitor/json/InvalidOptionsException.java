package dev.rapid.kapacitor.json;

/**
 * Options that are not as they are declared (contract kapacitor-udf, section 5.8). The message says
 * which one, and what is declared.
 */
public final class InvalidOptionsException extends Exception {

  private static final long serialVersionUID = 1;

  /** Creates an exception with a message of one line. */
  public InvalidOptionsException(String message) {
    super(message);
  }
}

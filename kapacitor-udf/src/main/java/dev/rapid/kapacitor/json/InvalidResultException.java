package dev.rapid.kapacitor.json;

/**
 * A result of a function from which no data for the host can be made (contract kapacitor-udf,
 * section 11.5). The message is for the function's author, and has the JSON pointer of the place.
 */
public final class InvalidResultException extends Exception {

  /** The type of the error. */
  public static final String TYPE = "UDF.InvalidResult";

  private static final long serialVersionUID = 1;

  /** Creates an exception with a message of one line that says where and what is wrong. */
  public InvalidResultException(String message) {
    super(message);
  }
}

package dev.rapid.gateway.function;

/** Thrown if a function cannot be invoked. The message is for the log. */
public final class UnavailableFunctionException extends Exception {

  private static final long serialVersionUID = 1;

  /** Creates an exception with its reason. */
  public UnavailableFunctionException(String reason) {
    super(reason, null, false, false);
  }
}

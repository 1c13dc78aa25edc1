package dev.rapid.gateway.result;

import dev.rapid.gateway.answer.GatewayError;

/** Thrown if a function's result is no HTTP response. The message is for the log. */
public final class MalformedResultException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient GatewayError answer;

  MalformedResultException(String message) {
    this(message, GatewayError.MALFORMED_RESULT);
  }

  MalformedResultException(String message, GatewayError answer) {
    super(message, null, false, false);
    this.answer = answer;
  }

  /** Returns what the client gets instead. */
  public GatewayError answer() {
    return answer;
  }
}

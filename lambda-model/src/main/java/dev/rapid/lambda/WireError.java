package dev.rapid.lambda;

/**
 * The answer of the APIs for the function's processes to a refused call (contract
 * runtime-extensions-telemetry, section 0.2).
 *
 * @param status the HTTP status
 * @param type the error type, for programs
 * @param message what is wrong, for people
 */
public record WireError(int status, String type, String message) {

  /** Returns the body, which is JSON. */
  public byte[] body() {
    return new JsonObject().put("errorMessage", message).put("errorType", type).line();
  }
}

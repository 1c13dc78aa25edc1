package dev.rapid.lambda;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Payload;

/**
 * The payloads of failures that the function could not report (contract invoke-api, section 1.9).
 */
public final class FailurePayload {

  private static final int CAPACITY = 256;

  private FailurePayload() {}

  /**
   * Returns the JSON that callers get.
   *
   * @param message one line without the request id
   */
  public static Payload of(ErrorType error, String message, String requestId) {
    // The service has another format for this type only, without the request id.
    if (error == ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE) {
      return Payload.of(
          new Utf8Buffer(CAPACITY)
              .put("{\n  \"errorMessage\": ")
              .putJson(message, JsonEscapes.REQUIRED)
              .put(",\n  \"errorType\": ")
              .putJson(error.wireName(), JsonEscapes.REQUIRED)
              .put("\n}")
              .toBytes());
    }
    return Payload.of(
        new JsonObject(JsonEscapes.REQUIRED)
            .put("errorType", error.wireName())
            .put("errorMessage", "RequestId: " + requestId + " Error: " + message)
            .bytes());
  }
}

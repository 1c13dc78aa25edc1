package dev.rapid.lambda;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Payload;

/**
 * The payloads of failures that the function could not report (contract invoke-api, section 1.9).
 */
public final class FailurePayload {

  private FailurePayload() {}

  /**
   * Returns the JSON that callers get.
   *
   * @param message one line without the request id
   */
  public static Payload of(ErrorType error, String message, String requestId) {
    // The service prints this one alone in another way, and without the request id.
    if (error == ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE) {
      return Payload.of(
          "{\n  \"errorMessage\": "
              + JsonText.quote(message)
              + ",\n  \"errorType\": "
              + JsonText.quote(error.wireName())
              + "\n}");
    }
    return Payload.of(
        "{\"errorType\":"
            + JsonText.quote(error.wireName())
            + ",\"errorMessage\":"
            + JsonText.quote("RequestId: " + requestId + " Error: " + message)
            + "}");
  }
}

package dev.rapid.lambda;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;

/**
 * The payloads of failures that the function could not report (contract invoke-api, section 1.9).
 */
public final class FailurePayload {

  private static final int CAPACITY = 256;

  private FailurePayload() {}

  /** Returns the JSON that callers get. */
  public static Payload of(Outcome.Failed failed, String requestId) {
    // The service has another format for this type only, without the request id.
    if (failed.error() == ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE) {
      return Payload.of(
          new Utf8Buffer(CAPACITY)
              .put("{\n  \"errorMessage\": ")
              .putJson(failed.message(), JsonEscapes.REQUIRED)
              .put(",\n  \"errorType\": ")
              .putJson(failed.type(), JsonEscapes.REQUIRED)
              .put("\n}")
              .toBytes());
    }
    return Payload.of(
        new JsonObject(JsonEscapes.REQUIRED)
            .put("errorType", failed.type())
            .put("errorMessage", "RequestId: " + requestId + " Error: " + failed.message())
            .bytes());
  }
}

package dev.rapid.fnfdk;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Payload;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What a worker says of an error of its function (contract fn-runner, section 4.2). FDKs send JSON,
 * text or nothing; callers of Lambda's APIs expect a JSON object.
 */
public final class FunctionError {

  /** What the error is called: FDKs have no types. */
  public static final String TYPE = ErrorType.FUNCTION_UNKNOWN.wireName();

  private static final String NO_MESSAGE = "The function failed";

  private FunctionError() {}

  /**
   * Returns a JSON object: the body itself if it is one, else one with its text as the message.
   *
   * @param body what the worker sent
   */
  public static Payload payload(byte[] body) {
    if (isObject(body)) {
      return Payload.of(body);
    }
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return Payload.of(
        new JsonObject()
            .put("errorType", TYPE)
            .put("errorMessage", text.isEmpty() ? NO_MESSAGE : text)
            .toString());
  }

  private static boolean isObject(byte[] body) {
    try {
      return JsonReader.parse(body).isObject();
    } catch (IOException e) {
      return false;
    }
  }
}

package dev.rapid.invokeapi.stream;

import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The content of a streamed response's last frame (contract invoke-api, section 3.3), without the
 * members that are null.
 *
 * @param errorCode the type of the error that ended the response, null if it succeeded
 * @param errorDetails the error's text, null if there is none
 * @param logResult the end of the log in base64, null if the caller did not ask for it
 */
record InvokeComplete(
    @Nullable String errorCode, @Nullable String errorDetails, @Nullable String logResult) {

  /** Longer texts are cut, with a mark, so that clients can read the frame. */
  static final int MAX_TEXT_LENGTH = 64 * 1024;

  /** Returns the payload of the frame. */
  byte[] json() {
    JsonObject json = new JsonObject(JsonEscapes.REQUIRED);
    put(json, "ErrorCode", errorCode);
    put(json, "ErrorDetails", errorDetails);
    put(json, "LogResult", logResult);
    return json.bytes();
  }

  private static void put(JsonObject json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, cut(value));
    }
  }

  private static String cut(String text) {
    int more = text.length() - MAX_TEXT_LENGTH;
    return more <= 0
        ? text
        : text.substring(0, MAX_TEXT_LENGTH) + "... (" + more + " more characters)";
  }
}

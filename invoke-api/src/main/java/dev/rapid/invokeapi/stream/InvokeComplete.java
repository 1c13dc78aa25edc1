package dev.rapid.invokeapi.stream;

import dev.rapid.lambda.JsonText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the last event of a streamed response says (contract invoke-api, section 3.3). What is null
 * is left out.
 *
 * @param errorCode the type of the error that ended the response, null if it succeeded
 * @param errorDetails the error's own text, null if there is none
 * @param logResult the end of the log in base64, null if the caller did not ask for it
 */
record InvokeComplete(
    @Nullable String errorCode, @Nullable String errorDetails, @Nullable String logResult) {

  /** Longer texts are cut, and say so, to keep the event within what clients read. */
  static final int MAX_TEXT_LENGTH = 64 * 1024;

  /** Returns the payload of the event. */
  byte[] json() {
    StringBuilder json = new StringBuilder("{");
    append(json, "ErrorCode", errorCode);
    append(json, "ErrorDetails", errorDetails);
    append(json, "LogResult", logResult);
    return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void append(StringBuilder json, String name, @Nullable String value) {
    if (value != null) {
      json.append(json.length() == 1 ? "\"" : ",\"")
          .append(name)
          .append("\":")
          .append(JsonText.quote(cut(value)));
    }
  }

  private static String cut(String text) {
    int more = text.length() - MAX_TEXT_LENGTH;
    return more <= 0
        ? text
        : text.substring(0, MAX_TEXT_LENGTH) + "... (" + more + " more characters)";
  }
}

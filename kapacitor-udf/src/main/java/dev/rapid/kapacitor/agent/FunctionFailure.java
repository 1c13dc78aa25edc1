package dev.rapid.kapacitor.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.json.InvalidResultException;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Why data has no result (contract kapacitor-udf, section 11.6).
 *
 * @param type the error type
 * @param message for people
 * @param endsUse whether the use ends with it in any case
 */
record FunctionFailure(String type, String message, boolean endsUse) {

  /** The host has broken the protocol. */
  static final String PROTOCOL_ERROR = "UDF.ProtocolError";

  /** The program ends. */
  static final String STOPPED = "UDF.Stopped";

  /** What a function says may be long; a host writes it into its log. */
  private static final int MAX_MESSAGE_LENGTH = 4096;

  static FunctionFailure invalidResult(String message) {
    return new FunctionFailure(InvalidResultException.TYPE, message, false);
  }

  static FunctionFailure violation(String message) {
    return new FunctionFailure(PROTOCOL_ERROR, message, true);
  }

  static FunctionFailure stopped() {
    return new FunctionFailure(STOPPED, "Rapid is shutting down", true);
  }

  static FunctionFailure ofRapid() {
    return new FunctionFailure(ErrorType.SANDBOX_FAILURE.wireName(), "Rapid failed", true);
  }

  /** Returns the failure that an outcome is. The caller releases its payload. */
  static FunctionFailure of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Reported(var errorType, var reportedType, var payload, var contentType) ->
          reported(
              reportedType == null || reportedType.isEmpty() ? errorType : reportedType, payload);
      case Outcome.Failed(ErrorType error, String type, String message) ->
          new FunctionFailure(type, message, false);
      case Outcome.RestoreFailed(boolean late, String message) ->
          new FunctionFailure(
              late ? ErrorType.RUNTIME_RESTORE_HOOK_USER_TIMEOUT.wireName() : "UDF.RestoreFailed",
              message,
              false);
      case Outcome.Rejected(Outcome.Rejection rejection) ->
          switch (rejection) {
            case SHUTTING_DOWN -> stopped();
            case FUNCTION_BUSY, PROGRAM_BUSY ->
                new FunctionFailure("UDF.Busy", "There is no room for the invocation", false);
            case CALLER_GONE ->
                new FunctionFailure("UDF.Cancelled", "The invocation was cancelled", true);
          };
      case Outcome.Streamed streamed -> invalidResult("The function streamed its result");
      case Outcome.Returned returned ->
          throw new IllegalArgumentException("A function that returned did not fail");
    };
  }

  /** Takes type and message from the function's own words, if they are in them. */
  private static FunctionFailure reported(String type, Payload payload) {
    try {
      JsonNode error = JsonReader.parse(payload.toByteArray());
      return new FunctionFailure(
          text(error, "errorType", type), text(error, "errorMessage", "no message"), false);
    } catch (IOException e) {
      return new FunctionFailure(type, "no message", false);
    }
  }

  private static String text(JsonNode error, String name, String otherwise) {
    @Nullable String text = error.path(name).textValue();
    return text == null || text.isBlank() ? otherwise : text;
  }

  /** Returns what the host gets. */
  String text() {
    String text = type + ": " + message;
    return text.length() <= MAX_MESSAGE_LENGTH ? text : text.substring(0, MAX_MESSAGE_LENGTH);
  }
}

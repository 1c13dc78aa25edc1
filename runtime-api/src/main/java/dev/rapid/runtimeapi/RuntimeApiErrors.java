package dev.rapid.runtimeapi;

import dev.rapid.core.invocation.Limits;
import dev.rapid.core.sandbox.Refusal;
import dev.rapid.http.Answers;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/**
 * The one place where a refusal gets its status and body (contract runtime-extensions-telemetry,
 * sections 0.2 and 1.0).
 */
final class RuntimeApiErrors {

  private record WireError(int status, String type, String message) {

    byte[] body() {
      return ("{\"errorMessage\":\"" + message + "\",\"errorType\":\"" + type + "\"}\n")
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  private RuntimeApiErrors() {}

  static void send(HttpServerExchange exchange, Refusal refusal) {
    WireError error = wireErrorOf(refusal);
    Answers.send(exchange, error.status(), Answers.JSON, error.body());
  }

  private static WireError wireErrorOf(Refusal refusal) {
    return switch (refusal) {
      case Refusal.InvalidRequestId() ->
          new WireError(StatusCodes.BAD_REQUEST, "InvalidRequestID", "Invalid request ID");
      case Refusal.InvalidStateTransition(var from, var to) ->
          new WireError(
              StatusCodes.FORBIDDEN,
              "InvalidStateTransition",
              "State transition from "
                  + from.wireName()
                  + " to "
                  + to.wireName()
                  + " failed for runtime. Error: State transition is not allowed");
      case Refusal.PayloadTooLarge() ->
          new WireError(
              StatusCodes.REQUEST_ENTITY_TOO_LARGE,
              "RequestEntityTooLarge",
              "Exceeded maximum allowed payload size (" + Limits.MAX_RESPONSE_BYTES + " bytes).");
      case Refusal.InvalidResponseMode() ->
          new WireError(
              StatusCodes.BAD_REQUEST,
              "InvalidFunctionResponseMode",
              "Invalid function response mode");
      case Refusal.PlatformError() ->
          new WireError(
              StatusCodes.INTERNAL_SERVER_ERROR, "InternalServerError", "Internal Server Error");
      case Refusal.TruncatedBody() ->
          new WireError(
              StatusCodes.BAD_REQUEST,
              "TruncatedHTTPRequest",
              "HTTP request detected as truncated");
    };
  }
}

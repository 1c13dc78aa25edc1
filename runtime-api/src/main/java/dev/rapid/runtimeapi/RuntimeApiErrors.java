package dev.rapid.runtimeapi;

import dev.rapid.core.worker.Refusal;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.RequestFault;
import dev.rapid.lambda.Limits;
import dev.rapid.lambda.RuntimeStates;
import dev.rapid.lambda.WireError;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

/**
 * Turns every refusal into a status and a body (contract runtime-extensions-telemetry, sections 0.2
 * and 1.0).
 */
final class RuntimeApiErrors {

  private RuntimeApiErrors() {}

  static void send(HttpServerExchange exchange, Refusal refusal) {
    send(exchange, wireErrorOf(refusal));
  }

  /** Answers a request to the Runtime or the Extensions API whose head is malformed. */
  static void answer(HttpServerExchange exchange, RequestFault fault) {
    send(exchange, new WireError(fault.status(), "InvalidRequest", fault.message()));
  }

  private static void send(HttpServerExchange exchange, WireError error) {
    Answers.send(exchange, error.status(), Answers.JSON, error.body());
  }

  private static WireError wireErrorOf(Refusal refusal) {
    return switch (refusal) {
      case Refusal.UnknownInvocation() ->
          new WireError(StatusCodes.BAD_REQUEST, "InvalidRequestID", "Invalid request ID");
      case Refusal.InvocationTimedOut() ->
          new WireError(StatusCodes.GONE, "InvokeTimeout", "Invoke timeout");
      case Refusal.NotAllowed(var from, var to) ->
          new WireError(
              StatusCodes.FORBIDDEN,
              "InvalidStateTransition",
              "State transition from "
                  + RuntimeStates.nameOf(from)
                  + " to "
                  + RuntimeStates.nameOf(to)
                  + " failed for runtime. Error: State transition is not allowed");
      case Refusal.PayloadTooLarge() ->
          new WireError(
              StatusCodes.REQUEST_ENTITY_TOO_LARGE,
              "RequestEntityTooLarge",
              "Exceeded maximum allowed payload size (" + Limits.MAX_RESPONSE_BYTES + " bytes).");
      case Refusal.MalformedReply() ->
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

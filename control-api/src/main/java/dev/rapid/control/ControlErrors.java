package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.http.answer.Answers;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Makes the bodies of all errors (contract lifecycle-and-control, sections 2.5 and 3.2). */
final class ControlErrors {

  private static final String INVALID_REQUEST = "Client.InvalidRequest";
  private static final byte[] NOTHING = {};

  private ControlErrors() {}

  // ------------------------------------------------------------------ requests

  static void unknownPath(HttpServerExchange exchange) {
    exchange.getResponseHeaders().put(ControlAnswers.X_CONTENT_TYPE_OPTIONS, "nosniff");
    Answers.send(
        exchange,
        StatusCodes.NOT_FOUND,
        Answers.TEXT,
        "404 page not found\n".getBytes(StandardCharsets.UTF_8));
  }

  static void wrongMethod(HttpServerExchange exchange) {
    Answers.send(exchange, StatusCodes.METHOD_NOT_ALLOWED, Answers.TEXT, NOTHING);
  }

  /** Answers 400: the request is malformed, or not possible now. */
  static void invalidRequest(HttpServerExchange exchange, String message) {
    invalidRequest(exchange, StatusCodes.BAD_REQUEST, message);
  }

  /** Answers as {@link #invalidRequest(HttpServerExchange, String)} does, with another status. */
  static void invalidRequest(HttpServerExchange exchange, int status, String message) {
    exchange.getResponseHeaders().put(ControlAnswers.X_CONTENT_TYPE_OPTIONS, "nosniff");
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes((INVALID_REQUEST + "\n").getBytes(StandardCharsets.UTF_8));
    body.writeBytes(requestError(message, INVALID_REQUEST));
    Answers.send(exchange, status, Answers.TEXT, body.toByteArray());
  }

  /** Answers 403: the sender may not send this request. */
  static void accessDenied(HttpServerExchange exchange, String message) {
    send(exchange, StatusCodes.FORBIDDEN, "AccessDenied", message);
  }

  /** Answers 413: the body is over the limit. */
  static void tooLarge(HttpServerExchange exchange, long limit) {
    send(
        exchange,
        StatusCodes.REQUEST_ENTITY_TOO_LARGE,
        "RequestEntityTooLargeException",
        "Exceeded maximum allowed payload size (" + limit + " bytes).");
  }

  /** Answers 503: there is no memory for the body now. */
  static void noMemory(HttpServerExchange exchange) {
    send(
        exchange,
        StatusCodes.SERVICE_UNAVAILABLE,
        "Sandbox.Failure",
        "There is no memory for the request now");
  }

  private static void send(HttpServerExchange exchange, int status, String type, String message) {
    Answers.send(exchange, status, Answers.JSON, requestError(message, type));
  }

  private static byte[] requestError(String message, String type) {
    ObjectNode error = ControlJson.object();
    error.put("errorMessage", message);
    error.put("errorType", type);
    return ControlJson.bytes(error);
  }

  // ------------------------------------------------------------------ invocations

  /** Returns the body for an invocation that Rapid has ended. */
  static Payload of(Outcome.Failed failed, String requestId) {
    boolean plain = failed.error() == ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE;
    ObjectNode error = ControlJson.object();
    error.put("errorType", failed.type());
    error.put(
        "errorMessage",
        plain ? failed.message() : "RequestId: " + requestId + " Error: " + failed.message());
    return Payload.of(ControlJson.bytes(error));
  }

  /** Returns the content type of {@link #of}, empty if the contract has none. */
  static String contentTypeOf(Outcome.Failed failed) {
    return failed.error() == ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE ? Answers.JSON : "";
  }
}

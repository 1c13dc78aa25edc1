package dev.rapid.invokeapi.errors;

import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.RequestFault;
import dev.rapid.invokeapi.wire.InvokeHeaders;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

/** Turns every refusal into a status, headers and a body (contract invoke-api, section 2). */
public final class ServiceErrors {

  /** The message for a body that breaks off or whose framing is malformed. */
  public static final String BROKEN_BODY =
      "The request body ended early or its framing is malformed.";

  private ServiceErrors() {}

  /** Refuses a request of a web page that may not send it. */
  public static void refuseOrigin(HttpServerExchange exchange, String origin) {
    send(
        exchange,
        Identifiers.random(),
        new ServiceException(
            ServiceError.ACCESS_DENIED,
            "Web pages of '"
                + origin
                + "' may not send this request; CORS settings or an allowed origin permit it."));
  }

  /** Answers a request whose head is malformed. */
  public static void send(HttpServerExchange exchange, RequestFault fault) {
    send(
        exchange,
        Identifiers.random(),
        fault.status(),
        new ServiceException(ServiceError.INVALID_REQUEST_CONTENT, fault.message()));
  }

  /** Answers a refused request. Call it on the I/O thread. */
  public static void send(HttpServerExchange exchange, String requestId, ServiceException refused) {
    send(exchange, requestId, refused.error().status(), refused);
  }

  private static void send(
      HttpServerExchange exchange, String requestId, int status, ServiceException refused) {
    ServiceError error = refused.error();
    var headers = exchange.getResponseHeaders();
    headers.put(InvokeHeaders.REQUEST_ID, requestId);
    headers.put(InvokeHeaders.ERROR_TYPE, error.code());
    if (refused.reason() != null) {
      headers.put(Headers.RETRY_AFTER, "1");
    }
    Answers.send(exchange, status, Answers.JSON, body(refused));
  }

  /** Returns the refusal of a body that breaks off or whose framing is malformed. */
  public static ServiceException brokenBody() {
    return new ServiceException(ServiceError.INVALID_REQUEST_CONTENT, BROKEN_BODY);
  }

  private static byte[] body(ServiceException refused) {
    ServiceError error = refused.error();
    String message = refused.text();
    ThrottleReason reason = refused.reason();
    JsonObject body = new JsonObject(JsonEscapes.REQUIRED);
    if (reason != null) {
      body.put("Reason", reason.code());
    }
    switch (error.shape()) {
      case UPPER -> body.put("Message", message).put("Type", error.type());
      case LOWER -> body.put("Type", error.type()).put("message", message);
      case MESSAGE_ONLY -> body.put("message", message);
      case UPPER_MESSAGE_ONLY -> body.put("Message", message.isEmpty() ? null : message);
    }
    return body.bytes();
  }
}

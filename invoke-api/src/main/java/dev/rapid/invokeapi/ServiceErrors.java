package dev.rapid.invokeapi;

import dev.rapid.http.Answers;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/**
 * The one place where a refused request gets its status, headers and body (contract invoke-api,
 * section 2).
 */
final class ServiceErrors {

  private ServiceErrors() {}

  /** Refuses a request that a web page sends which may not. */
  static void refuseOrigin(HttpServerExchange exchange, String origin) {
    send(
        exchange,
        RequestIds.next(),
        new ServiceException(
            ServiceError.ACCESS_DENIED,
            "Web pages of '"
                + origin
                + "' may not send this request; CORS settings or an allowed origin permit it."));
  }

  static void send(HttpServerExchange exchange, String requestId, ServiceException refused) {
    ServiceError error = refused.error();
    var headers = exchange.getResponseHeaders();
    headers.put(LambdaHeaders.REQUEST_ID, requestId);
    headers.put(LambdaHeaders.ERROR_TYPE, error.code());
    if (error == ServiceError.TOO_MANY_REQUESTS) {
      headers.put(Headers.RETRY_AFTER, "1");
    }
    if (error.status() == StatusCodes.REQUEST_ENTITY_TOO_LARGE && !willBeDrained(exchange)) {
      // What is left of the body is not worth reading for the sake of the connection.
      exchange.setPersistent(false);
      headers.put(Headers.CONNECTION, "close");
    }
    Answers.send(
        exchange,
        error.status(),
        Answers.JSON,
        body(error, refused.text()).getBytes(StandardCharsets.UTF_8));
  }

  /** A client that is cut off while it sends may never see the answer. */
  private static boolean willBeDrained(HttpServerExchange exchange) {
    long announced = exchange.getRequestContentLength();
    return exchange.isRequestComplete()
        || (announced >= 0 && announced <= FunctionCall.DISCARD_LIMIT);
  }

  private static String body(ServiceError error, String message) {
    String text = JsonText.quote(message);
    String type = JsonText.quote(error.type());
    if (error == ServiceError.TOO_MANY_REQUESTS) {
      return "{\"Reason\":\"ConcurrentInvocationLimitExceeded\",\"Type\":"
          + type
          + ",\"message\":"
          + text
          + "}";
    }
    return switch (error.shape()) {
      case UPPER -> "{\"Message\":" + text + ",\"Type\":" + type + "}";
      case LOWER -> "{\"Type\":" + type + ",\"message\":" + text + "}";
      case MESSAGE_ONLY -> "{\"message\":" + text + "}";
      case UPPER_MESSAGE_ONLY -> "{\"Message\":" + text + "}";
    };
  }
}

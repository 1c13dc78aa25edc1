package dev.rapid.control;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.invocation.Payload;
import dev.rapid.http.answer.Answers;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import org.jspecify.annotations.Nullable;

/** The answers that several endpoints share. Call all methods on the I/O thread. */
final class ControlAnswers {

  static final HttpString X_CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");

  private ControlAnswers() {}

  /** Sends JSON with a text content type (contract lifecycle-and-control, section 3.2). */
  static void json(HttpServerExchange exchange, int status, JsonNode body) {
    Answers.send(exchange, status, Answers.TEXT, ControlJson.bytes(body));
  }

  /** Sends an answer without a body and without a content type. */
  static void empty(HttpServerExchange exchange, int status) {
    exchange.setStatusCode(status);
    exchange.setResponseContentLength(0);
    exchange.endExchange();
  }

  /**
   * Sends a function's answer.
   *
   * @param contentType the runtime's; if it declared none, the header is present and empty
   *     (contract lifecycle-and-control, section 3.3)
   */
  static void payload(
      HttpServerExchange exchange, int status, @Nullable String contentType, Payload body) {
    exchange.setStatusCode(status);
    putContentType(exchange, contentType);
    Answers.send(exchange, body, Answers.IGNORE);
  }

  static void putContentType(HttpServerExchange exchange, @Nullable String contentType) {
    Answers.putText(exchange, Headers.CONTENT_TYPE, contentType == null ? "" : contentType);
  }
}

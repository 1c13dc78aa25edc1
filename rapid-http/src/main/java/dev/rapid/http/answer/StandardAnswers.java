package dev.rapid.http.answer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/**
 * The answers of the APIs for the function's processes to unknown paths and methods (contract
 * runtime-extensions-telemetry, section 0.2).
 */
public final class StandardAnswers {

  private static final byte[] NOT_FOUND = "404 page not found\n".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NOTHING = {};
  private static final HttpString X_CONTENT_TYPE_OPTIONS =
      HttpString.tryFromString("X-Content-Type-Options");

  private StandardAnswers() {}

  /** Answers 404 with the usual line of text. */
  public static void unknownPath(HttpServerExchange exchange) {
    notFound(exchange, NOT_FOUND);
  }

  /** Answers 404 with {@code text}. */
  public static void notFound(HttpServerExchange exchange, byte[] text) {
    exchange.getResponseHeaders().put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    Answers.send(exchange, StatusCodes.NOT_FOUND, Answers.TEXT, text);
  }

  /**
   * Answers 405 without a body; {@code Allow} is set already. With a content type nevertheless: a
   * native client crashes without one.
   */
  public static void wrongMethod(HttpServerExchange exchange) {
    Answers.send(exchange, StatusCodes.METHOD_NOT_ALLOWED, Answers.TEXT, NOTHING);
  }
}

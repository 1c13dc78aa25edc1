package dev.rapid.http;

import dev.rapid.http.answer.Answers;
import io.undertow.server.HttpServerExchange;

/**
 * What the APIs for the function's processes answer to a call that is not obeyed (contract
 * runtime-extensions-telemetry, section 0.2).
 *
 * @param status the HTTP status
 * @param type the error type, for programs
 * @param message what is wrong, for people
 */
public record WireError(int status, String type, String message) {

  /** Returns the body. */
  public byte[] body() {
    return new JsonObject().put("errorMessage", message).put("errorType", type).line();
  }

  /** Sends the error. To be called on the I/O thread. */
  public void send(HttpServerExchange exchange) {
    Answers.send(exchange, status, Answers.JSON, body());
  }
}

package dev.rapid.http.browser;

import io.undertow.server.HttpServerExchange;

/** Answers a request that is not obeyed because of who sends it, in the shape of its API. */
@FunctionalInterface
public interface Refusal {

  /**
   * Sends the answer. Called on the I/O thread.
   *
   * @param value the value of the header that is the reason, as the client sent it
   */
  void refuse(HttpServerExchange exchange, String value);
}

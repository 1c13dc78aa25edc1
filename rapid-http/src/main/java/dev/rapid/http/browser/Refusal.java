package dev.rapid.http.browser;

import io.undertow.server.HttpServerExchange;

/**
 * Answers a request that is refused because of its {@code Host} or {@code Origin}, in the form of
 * its API.
 */
@FunctionalInterface
public interface Refusal {

  /**
   * Sends the answer. Called on the I/O thread.
   *
   * @param value the value of the header that is the reason, as the client sent it
   */
  void refuse(HttpServerExchange exchange, String value);
}

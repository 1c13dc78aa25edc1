package dev.rapid.http;

import io.undertow.server.HttpServerExchange;

/** Answers one route. Runs on an I/O thread and must not block. */
@FunctionalInterface
public interface RouteHandler {

  /**
   * Takes a request.
   *
   * @param variable the path segment in place of the route's {@code {}}, undecoded; several are
   *     joined with a slash; empty for a route without one
   */
  void handle(HttpServerExchange exchange, String variable);
}

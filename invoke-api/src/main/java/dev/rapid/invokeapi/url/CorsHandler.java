package dev.rapid.invokeapi.url;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;

/** Answers preflights, and lets allowed pages read the answers of another handler. */
public final class CorsHandler implements HttpHandler {

  private final CorsSettings settings;
  private final HttpHandler next;

  /** Creates a handler in front of {@code next}. */
  public CorsHandler(CorsSettings settings, HttpHandler next) {
    this.settings = settings;
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    CorsRequest request = CorsRequest.of(exchange);
    UrlResponse preflight = settings.preflight(request);
    if (preflight != null) {
      UrlCall.send(exchange, preflight);
      return;
    }
    UrlCall.put(exchange, settings.headersFor(request));
    next.handleRequest(exchange);
  }
}

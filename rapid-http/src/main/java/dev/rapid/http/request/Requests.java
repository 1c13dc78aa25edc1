package dev.rapid.http.request;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

/**
 * The first handler of a listener: gives the exchange the target that was really sent, and decides
 * before an answer begins whether the connection can be used again.
 */
public final class Requests implements HttpHandler {

  private final HttpHandler handler;
  private final FaultHandler faults;

  /** Creates the handler in front of {@code handler}. */
  public Requests(HttpHandler handler, FaultHandler faults) {
    this.handler = handler;
    this.faults = faults;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    RequestConduit request = RequestConduit.of(exchange);
    String path = request.path();
    exchange.setRequestURI(path);
    exchange.setRequestPath(path);
    exchange.setRelativePath(path);
    exchange.setQueryString(request.query());
    request.end().requestBegun(exchange);
    RequestFault fault = request.fault();
    if (fault != null) {
      faults.answer(exchange, fault);
      return;
    }
    if (!request.bodyEnded()) {
      exchange.addResponseCommitListener(begun -> {
        if (!request.canBeUsedAgain()) {
          begun.setPersistent(false);
          begun.getResponseHeaders().put(Headers.CONNECTION, "close");
        }
      });
    }
    if (request.bodyLength() == RequestHead.CHUNKED) {
      exchange.addExchangeCompleteListener((done, next) -> {
        request.forgetTrailers();
        next.proceed();
      });
    }
    handler.handleRequest(exchange);
  }
}

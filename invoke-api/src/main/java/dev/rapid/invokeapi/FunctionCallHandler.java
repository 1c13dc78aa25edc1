package dev.rapid.invokeapi;

import dev.rapid.http.Answers;
import dev.rapid.http.RouteHandler;
import io.undertow.server.HttpServerExchange;

/**
 * An operation of the Invoke API that invokes: checks the head, then leaves the rest to its call.
 */
abstract class FunctionCallHandler implements RouteHandler {

  final CallContext context;

  FunctionCallHandler(CallContext context) {
    this.context = context;
  }

  /**
   * Reads and checks the head.
   *
   * @throws ServiceException if the request is refused
   */
  abstract InvokeRequest parse(HttpServerExchange exchange, String segment);

  abstract FunctionCall call(HttpServerExchange exchange, String requestId, InvokeRequest request);

  @Override
  public final void handle(HttpServerExchange exchange, String segment) {
    String requestId = FunctionCall.requestIdOf(exchange);
    InvokeRequest request;
    try {
      request = parse(exchange, segment);
    } catch (ServiceException e) {
      ServiceErrors.send(exchange, requestId, e);
      return;
    }
    Answers.park(exchange, call(exchange, requestId, request)::readBody);
  }
}

package dev.rapid.invokeapi.invoke;

import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import dev.rapid.invokeapi.errors.ServiceErrors;
import dev.rapid.invokeapi.errors.ServiceException;
import io.undertow.server.HttpServerExchange;

/** An operation that invokes. It checks the head; a {@link FunctionCall} does the rest. */
public abstract class FunctionCallHandler implements RouteHandler {

  /** The objects that all calls share. */
  protected final CallContext context;

  /** Creates an operation. */
  protected FunctionCallHandler(CallContext context) {
    this.context = context;
  }

  /**
   * Reads and checks the head.
   *
   * @throws ServiceException if the request is refused
   */
  protected abstract InvokeRequest parse(HttpServerExchange exchange, String segment);

  /** Creates the call of a request with a valid head. */
  protected abstract FunctionCall call(
      HttpServerExchange exchange, String requestId, InvokeRequest request);

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

package dev.rapid.invokeapi.url;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.invokeapi.invoke.Caller;
import dev.rapid.invokeapi.invoke.InvokedFunction;
import dev.rapid.invokeapi.invoke.InvokedVersion;
import dev.rapid.invokeapi.wire.InvokeHeaders;
import dev.rapid.lambda.Identifiers;
import io.undertow.server.HttpServerExchange;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request to the function's URL on its way to the function and back (contract invoke-api,
 * section 5).
 */
public abstract class UrlCall extends Caller {

  private static final Logger LOG = System.getLogger(UrlCall.class.getName());

  /** The headers that the server sets itself (contract invoke-api, section 5.3). */
  private static final Set<String> DROPPED =
      Set.of("connection", "transfer-encoding", "content-length", "keep-alive", "upgrade", "date");

  private final String traceId;
  private final List<HeaderLine> added;

  /**
   * Creates a call.
   *
   * @param added the headers that are added to the function's
   */
  UrlCall(
      InvokedFunction function,
      HttpServerExchange exchange,
      String requestId,
      String traceId,
      List<HeaderLine> added) {
    super(function, exchange, requestId);
    this.traceId = traceId;
    this.added = added;
  }

  /** Returns how long a response may be. */
  abstract long maxResponseBytes();

  /**
   * Runs what the request invokes, if the function takes one more request now. On the I/O thread.
   */
  final void invoke(
      InvokedVersion target, @Nullable String tenantId, PayloadHeaders headers, Payload payload) {
    if (!isPermitted()) {
      payload.release();
      return;
    }
    run(
        new Invocation(
            requestId,
            target.description(),
            target.arn(),
            target.version(),
            traceId,
            null,
            tenantId,
            null,
            null,
            headers,
            payload,
            this,
            maxResponseBytes(),
            false));
  }

  /** Answers that the function's result is not an HTTP response. */
  final void sendInvalid(InvalidUrlResultException invalid) {
    LOG.log(
        Level.WARNING,
        "The function''s result is no HTTP response, so that the client gets 502: {0}"
            + " (request {1})",
        invalid.getMessage(),
        requestId);
    sendResponse(UrlResponse.functionFailed());
  }

  /** Sends a whole response with the headers of all invocations. */
  final void sendResponse(UrlResponse response) {
    putHead(response.head());
    Answers.send(exchange, response.body(), Answers.IGNORE);
  }

  /** Sets status and headers. */
  final void putHead(UrlHead head) {
    put(exchange, head);
    put(exchange, added);
    exchange.getResponseHeaders().put(InvokeHeaders.REQUEST_ID, requestId);
    Answers.putText(exchange, InvokeHeaders.TRACE_ID, traceId);
  }

  /** Sends a response without an invocation. On the I/O thread. */
  public static void send(HttpServerExchange exchange, UrlResponse response) {
    put(exchange, response.head());
    exchange.getResponseHeaders().put(InvokeHeaders.REQUEST_ID, Identifiers.random());
    Answers.send(exchange, response.body(), Answers.IGNORE);
  }

  private static void put(HttpServerExchange exchange, UrlHead head) {
    exchange.setStatusCode(head.status());
    put(exchange, head.headers());
  }

  static void put(HttpServerExchange exchange, List<HeaderLine> headers) {
    for (HeaderLine header : headers) {
      if (!DROPPED.contains(header.name())) {
        exchange.getResponseHeaders().add(header.httpName(), header.wireValue());
      }
    }
  }
}

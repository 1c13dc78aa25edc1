package dev.rapid.invokeapi.url;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.invocation.Payload;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.browser.OriginCheck;
import dev.rapid.http.request.BodyReader;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.http.request.ReceivedRequest;
import dev.rapid.invokeapi.errors.ServiceErrors;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.errors.ThrottleReason;
import dev.rapid.invokeapi.invoke.CallContext;
import dev.rapid.invokeapi.invoke.FunctionCall;
import dev.rapid.invokeapi.invoke.InvokedFunction;
import dev.rapid.invokeapi.invoke.TenantIds;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import dev.rapid.invokeapi.wire.InvokeHeaders;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.Limits;
import dev.rapid.lambda.TraceHeader;
import io.undertow.server.HttpServerExchange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The URL of one function: it turns HTTP requests into payloads and results into responses
 * (contract invoke-api, section 5).
 */
final class UrlHandler {

  private final CallContext context;
  private final InvokedFunction function;
  private final UrlSettings settings;
  private final ResponseStreaming streaming;
  private final OriginCheck origins;

  /** Creates the URL of a function. */
  UrlHandler(CallContext context, FunctionUrl url, ResponseStreaming streaming, WebPages pages) {
    this.context = context;
    this.function = url.function();
    this.settings = url.settings();
    this.streaming = streaming;
    this.origins =
        new OriginCheck(
            origin -> pages.mayCallUrl(origin, settings.cors()),
            OriginCheck.Reach.LINKS,
            ServiceErrors::refuseOrigin);
  }

  /** Returns whether {@code text} is the id of the URL, or a name with maybe a version. */
  boolean isAt(String text) {
    FunctionIdentity identity = function.description().get().identity();
    if (text.equals(UrlAddress.idOf(identity))) {
      return true;
    }
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    return context.functions().answersTo(identity, name)
        && (colon < 0 || identity.hasVersion(text.substring(colon + 1)));
  }

  /** Handles a request on its I/O thread. */
  void handle(HttpServerExchange exchange, String rawPath) {
    CorsSettings cors = settings.cors();
    UrlResponse preflight = cors == null ? null : cors.preflight(CorsRequest.of(exchange));
    if (preflight != null) {
      UrlCall.send(exchange, preflight);
      return;
    }
    if (origins.refuses(exchange)) {
      return;
    }
    Answers.park(exchange, () -> readBody(exchange, rawPath));
  }

  private void readBody(HttpServerExchange exchange, String rawPath) {
    BodyReader.read(
        exchange,
        context.memory(),
        Limits.MAX_REQUEST_BYTES,
        FunctionCall.DISCARD_LIMIT,
        new BodyReader.Receiver() {
          @Override
          public void complete(Payload body) {
            received(exchange, rawPath, body);
          }

          @Override
          public void tooLarge(long bytes) {
            UrlCall.send(exchange, UrlResponse.tooLarge());
          }

          @Override
          public void outOfMemory() {
            ServiceErrors.send(
                exchange, Identifiers.random(), function.throttled(ThrottleReason.CONCURRENCY));
          }

          @Override
          public void truncated() {
            UrlCall.send(exchange, UrlResponse.brokenBody());
          }
        });
  }

  private void received(HttpServerExchange exchange, String rawPath, Payload body) {
    ReceivedRequest request = ReceivedRequest.of(exchange, rawPath, body);
    FunctionDescription target = function.description().get();
    UrlCaller caller =
        settings.signed() ? UrlCaller.of(request, target.identity().accountId()) : null;
    if (settings.signed() && caller == null) {
      body.release();
      UrlCall.send(exchange, UrlResponse.unsigned());
      return;
    }
    CorsSettings cors = settings.cors();
    invoke(
        exchange,
        target,
        request,
        caller,
        cors == null ? List.of() : cors.headersFor(CorsRequest.of(exchange)));
  }

  private void invoke(
      HttpServerExchange exchange,
      FunctionDescription target,
      ReceivedRequest request,
      @Nullable UrlCaller caller,
      List<HeaderLine> added) {
    String requestId = Identifiers.random();
    String tenantId;
    try {
      tenantId = TenantIds.ofUrl(exchange, function);
    } catch (ServiceException e) {
      request.body().release();
      ServiceErrors.send(exchange, requestId, e);
      return;
    }
    long now = context.clock().epochMillis();
    String traceId =
        TraceHeader.complete(
            exchange.getRequestHeaders().getFirst(InvokeHeaders.TRACE_ID), target.identity(), now);
    String urlId = UrlAddress.idOf(target.identity());
    Payload payload =
        UrlPayload.of(request, new UrlContext(urlId, requestId, traceId, now, caller));
    request.body().release();
    if (payload == null) {
      UrlCall.send(exchange, UrlResponse.tooLarge());
      return;
    }
    UrlCall call =
        settings.streaming()
            ? new StreamedUrlCall(function, exchange, requestId, traceId, added, streaming)
            : new BufferedUrlCall(function, exchange, requestId, traceId, added);
    call.invoke(target, tenantId, payload);
  }
}

package dev.rapid.invokeapi.url;

import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
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
import dev.rapid.invokeapi.invoke.InvokedVersion;
import dev.rapid.invokeapi.invoke.TenantIds;
import dev.rapid.invokeapi.invoke.VersionedFunction;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import dev.rapid.invokeapi.wire.InvokeHeaders;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.Limits;
import dev.rapid.lambda.TraceHeader;
import dev.rapid.lambda.event.HttpForwarding;
import io.undertow.server.HttpServerExchange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The URL of one function: it turns HTTP requests into payloads and results into responses
 * (contract invoke-api, section 5).
 */
final class UrlHandler {

  private final CallContext context;
  private final VersionedFunction function;
  private final UrlSettings settings;
  private final @Nullable HttpForwarding forwarding;
  private final ResponseStreaming streaming;
  private final OriginCheck origins;

  /** Creates the URL of a function. */
  UrlHandler(CallContext context, FunctionUrl url, ResponseStreaming streaming, WebPages pages) {
    this.context = context;
    this.function = url.function();
    this.settings = url.settings();
    this.forwarding = url.forwarding();
    this.streaming = streaming;
    this.origins =
        new OriginCheck(
            origin -> pages.mayCallUrl(origin, settings.cors()),
            OriginCheck.Reach.LINKS,
            ServiceErrors::refuseOrigin);
  }

  /** Returns whether this is the URL of {@code other}, also if one of them was replaced. */
  boolean isOf(VersionedFunction other) {
    return function.identity().name().equals(other.identity().name());
  }

  /** Returns whether {@code id} is the id of the URL. */
  boolean hasId(String id) {
    return id.equals(UrlAddress.idOf(function.identity(), settings.qualifier()));
  }

  /** Returns whether a request may be for {@code qualifier}: a URL of an alias is of no other. */
  boolean takes(String qualifier) {
    return settings.qualifier() == null || qualifier.equals(settings.qualifier());
  }

  /**
   * Handles a request on its I/O thread.
   *
   * @param qualifier the version or alias of the request, null for the URL's own
   */
  void handle(HttpServerExchange exchange, String rawPath, @Nullable String qualifier) {
    CorsSettings cors = settings.cors();
    UrlResponse preflight = cors == null ? null : cors.preflight(CorsRequest.of(exchange));
    if (preflight != null) {
      UrlCall.send(exchange, preflight);
      return;
    }
    if (origins.refuses(exchange)) {
      return;
    }
    String chosen = qualifier == null ? settings.qualifier() : qualifier;
    InvokedVersion target;
    try {
      target = function.target(chosen, context.random());
    } catch (ServiceException e) {
      ServiceErrors.send(exchange, Identifiers.random(), e);
      return;
    }
    if (target == null) {
      UrlCall.send(exchange, UrlResponse.unknownUrl());
      return;
    }
    String urlId = UrlAddress.idOf(function.identity(), chosen);
    HttpForwarding forwards = forwarding;
    Answers.park(
        exchange,
        forwards == null
            ? () -> readBody(exchange, rawPath, target, urlId)
            : () -> forward(exchange, rawPath, target, forwards));
  }

  /** Passes a request on whose body the worker gets while it arrives. */
  private void forward(
      HttpServerExchange exchange, String rawPath, InvokedVersion target, HttpForwarding forwards) {
    ReceivedRequest request = ReceivedRequest.of(exchange, rawPath, Payload.EMPTY);
    if (settings.signed()
        && UrlCaller.of(request, target.description().identity().accountId()) == null) {
      UrlCall.send(exchange, UrlResponse.unsigned());
      return;
    }
    String requestId = Identifiers.random();
    String tenantId;
    try {
      tenantId = TenantIds.ofUrl(exchange, target.function());
    } catch (ServiceException e) {
      ServiceErrors.send(exchange, requestId, e);
      return;
    }
    String traceId = traceIdOf(exchange, target, context.clock().epochMillis());
    new ForwardedUrlCall(
            target.function(), exchange, requestId, traceId, added(exchange), streaming, forwards)
        .forward(target, tenantId, request, context.memory());
  }

  private List<HeaderLine> added(HttpServerExchange exchange) {
    CorsSettings cors = settings.cors();
    return cors == null ? List.of() : cors.headersFor(CorsRequest.of(exchange));
  }

  private static String traceIdOf(
      HttpServerExchange exchange, InvokedVersion target, long epochMillis) {
    return TraceHeader.complete(
        exchange.getRequestHeaders().getFirst(InvokeHeaders.TRACE_ID),
        target.description().identity(),
        epochMillis);
  }

  private void readBody(
      HttpServerExchange exchange, String rawPath, InvokedVersion target, String urlId) {
    BodyReader.read(
        exchange,
        context.memory(),
        Limits.MAX_REQUEST_BYTES,
        FunctionCall.DISCARD_LIMIT,
        new BodyReader.Receiver() {
          @Override
          public void complete(Payload body) {
            received(exchange, rawPath, target, urlId, body);
          }

          @Override
          public void tooLarge(long bytes) {
            UrlCall.send(exchange, UrlResponse.tooLarge());
          }

          @Override
          public void outOfMemory() {
            ServiceErrors.send(
                exchange,
                Identifiers.random(),
                target.function().throttled(ThrottleReason.CONCURRENCY));
          }

          @Override
          public void truncated() {
            UrlCall.send(exchange, UrlResponse.brokenBody());
          }
        });
  }

  private void received(
      HttpServerExchange exchange,
      String rawPath,
      InvokedVersion target,
      String urlId,
      Payload body) {
    ReceivedRequest request = ReceivedRequest.of(exchange, rawPath, body);
    UrlCaller caller =
        settings.signed()
            ? UrlCaller.of(request, target.description().identity().accountId())
            : null;
    if (settings.signed() && caller == null) {
      body.release();
      UrlCall.send(exchange, UrlResponse.unsigned());
      return;
    }
    invoke(exchange, target, urlId, request, caller, added(exchange));
  }

  private void invoke(
      HttpServerExchange exchange,
      InvokedVersion target,
      String urlId,
      ReceivedRequest request,
      @Nullable UrlCaller caller,
      List<HeaderLine> added) {
    String requestId = Identifiers.random();
    String tenantId;
    try {
      tenantId = TenantIds.ofUrl(exchange, target.function());
    } catch (ServiceException e) {
      request.body().release();
      ServiceErrors.send(exchange, requestId, e);
      return;
    }
    long now = context.clock().epochMillis();
    String traceId = traceIdOf(exchange, target, now);
    Payload payload =
        UrlPayload.of(request, new UrlContext(urlId, requestId, traceId, now, caller));
    request.body().release();
    if (payload == null) {
      UrlCall.send(exchange, UrlResponse.tooLarge());
      return;
    }
    UrlCall call =
        settings.streaming()
            ? new StreamedUrlCall(target.function(), exchange, requestId, traceId, added, streaming)
            : new BufferedUrlCall(target.function(), exchange, requestId, traceId, added);
    call.invoke(target, tenantId, PayloadHeaders.NONE, payload);
  }
}

package dev.rapid.gateway.call;

import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.answer.ApiAnswers;
import dev.rapid.gateway.answer.ApiHeaders;
import dev.rapid.gateway.answer.GatewayError;
import dev.rapid.gateway.api.Cors;
import dev.rapid.gateway.call.ApiDirectory.Place;
import dev.rapid.gateway.cors.HttpCors;
import dev.rapid.gateway.request.ApiPath;
import dev.rapid.gateway.request.ApiResponse;
import dev.rapid.gateway.request.RequestIds;
import dev.rapid.gateway.route.RouteMatch;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.browser.AllowedOrigins;
import dev.rapid.http.browser.OriginCheck;
import dev.rapid.http.request.RequestFault;
import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the requests to a list of APIs (contract http-front-door). */
public final class ApiHandler implements HttpHandler {

  private static final HttpString REQUEST_METHOD = new HttpString("Access-Control-Request-Method");
  private static final String SIGNATURE = "AWS4-HMAC-SHA256";

  /** The limit of all header values (contract http-front-door, section 5.4). */
  private static final int MAX_HEADER_BYTES = 10_240;

  private final CallContext context;
  private final ApiDirectory apis;
  private final List<String> allowedOrigins;

  /**
   * Creates a handler.
   *
   * @param apis the APIs; of several that take a request, the first one gets it
   * @param allowedOrigins the origins of pages that may send all requests
   */
  public ApiHandler(CallContext context, List<ServedApi> apis, List<String> allowedOrigins) {
    this.context = context;
    this.apis = new ApiDirectory(apis);
    this.allowedOrigins = List.copyOf(allowedOrigins);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
    String method = exchange.getRequestMethod().toString();
    Place place = apis.find(host == null ? "" : host, method, exchange.getRequestPath());
    if (place == null) {
      refuse(exchange, StatusCodes.FORBIDDEN, "Forbidden");
      return;
    }
    ServedApi api = place.api();
    long now = context.wallClock().epochMillis();
    ApiAnswers answers =
        new ApiAnswers(
            exchange,
            api.stage(),
            RequestIds.create(api.stage().isRest()),
            corsOf(api, exchange),
            api.stage()
                .traceHeader(exchange.getRequestHeaders().getFirst(ApiHeaders.TRACE_ID), now));
    answers.answering(() -> handle(api, place.path(), method, answers, now));
  }

  private void handle(
      ServedApi api, @Nullable ApiPath path, String method, ApiAnswers answers, long now) {
    HttpServerExchange exchange = answers.exchange();
    if (path == null) {
      answers.send(GatewayError.NO_STAGE);
      return;
    }
    if (hasLargeHeaders(exchange)) {
      answers.send(GatewayError.HEADERS_TOO_LARGE);
      return;
    }
    RouteMatch match = api.find(method, path.inStage());
    HttpCors cors = answers.cors();
    if (cors != null && isPreflight(exchange) && !isAuthorized(api, match)) {
      answers.sendPreflight(
          new ApiResponse(StatusCodes.NO_CONTENT, cors.preflight(), Payload.EMPTY));
      return;
    }
    if (origins(api).refuses(exchange)) {
      return;
    }
    if (match == null) {
      answers.send(unknownRoute(exchange));
      return;
    }
    new RequestHandler(context, api, path, match, answers, now).handle();
  }

  // ------------------------------------------------------------------ web pages

  private static @Nullable HttpCors corsOf(ServedApi api, HttpServerExchange exchange) {
    Cors cors = api.stage().isRest() ? null : api.stage().api().cors();
    return cors == null
        ? null
        : new HttpCors(cors, exchange.getRequestHeaders().getFirst(Headers.ORIGIN));
  }

  private static boolean isPreflight(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getRequestHeaders();
    return exchange.getRequestMethod().equals(Methods.OPTIONS)
        && headers.contains(Headers.ORIGIN)
        && headers.contains(REQUEST_METHOD);
  }

  /** A route with an authorizer gets preflights too. */
  private static boolean isAuthorized(ServedApi api, @Nullable RouteMatch match) {
    return match != null && api.stage().api().authorizerOf(match.route()) != null;
  }

  /** Any page may call an API in the cloud; here it would act with the developer's credentials. */
  private OriginCheck origins(ServedApi api) {
    return new OriginCheck(
        origin ->
            AllowedOrigins.isLocal(origin)
                || AllowedOrigins.allows(allowedOrigins, origin)
                || api.allowsOrigin(origin),
        OriginCheck.Reach.LINKS,
        (exchange, origin) ->
            refuse(
                exchange, StatusCodes.FORBIDDEN, "Web pages of other origins may not send this"));
  }

  // ------------------------------------------------------------------ answers without a function

  private static GatewayError unknownRoute(HttpServerExchange exchange) {
    String authorization = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    return authorization == null || authorization.startsWith(SIGNATURE)
        ? GatewayError.NO_ROUTE
        : GatewayError.noSignature(hashOf(authorization));
  }

  private static String hashOf(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }

  private static boolean hasLargeHeaders(HttpServerExchange exchange) {
    long bytes = 0;
    for (HeaderValues values : exchange.getRequestHeaders()) {
      for (String value : values) {
        bytes += value.length();
      }
    }
    return bytes > MAX_HEADER_BYTES;
  }

  /** Answers a request whose head is malformed. */
  public static void answerFault(HttpServerExchange exchange, RequestFault fault) {
    refuse(
        exchange,
        fault.status(),
        fault.status() == StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE
            ? "Request Header Fields Too Large"
            : "Bad Request");
  }

  /** Answers a request that belongs to no API. */
  public static void refuse(HttpServerExchange exchange, int status, String message) {
    Answers.send(
        exchange,
        status,
        Answers.JSON,
        new JsonObject(JsonEscapes.REQUIRED)
            .put("message", message)
            .toString()
            .getBytes(StandardCharsets.UTF_8));
  }
}

package dev.rapid.invokeapi.url;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request that matter for CORS.
 *
 * @param method the request's own method
 * @param origin the page's origin, null if no page sends it
 * @param requestMethod the method that a preflight asks for, null if there is none
 * @param requestHeaders the headers that a preflight asks for, null if there are none
 */
record CorsRequest(
    String method,
    @Nullable String origin,
    @Nullable String requestMethod,
    @Nullable String requestHeaders) {

  private static final String PREFLIGHT_METHOD = "OPTIONS";
  private static final HttpString REQUEST_METHOD = new HttpString("Access-Control-Request-Method");
  private static final HttpString REQUEST_HEADERS =
      new HttpString("Access-Control-Request-Headers");

  static CorsRequest of(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getRequestHeaders();
    return new CorsRequest(
        exchange.getRequestMethod().toString(),
        headers.getFirst(Headers.ORIGIN),
        headers.getFirst(REQUEST_METHOD),
        headers.getFirst(REQUEST_HEADERS));
  }

  boolean isOptions() {
    return method.equals(PREFLIGHT_METHOD);
  }
}

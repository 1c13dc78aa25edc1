package dev.rapid.http.request;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How the values of request headers are read. */
public final class RequestHeaders {

  private RequestHeaders() {}

  /**
   * Returns the first value of a header, empty if there is none. It is taken as UTF-8, as file
   * names are; Undertow makes one character of each byte.
   */
  public static String valueOf(HttpServerExchange exchange, HttpString name) {
    @Nullable String value = exchange.getRequestHeaders().getFirst(name);
    return value == null
        ? ""
        : new String(value.trim().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}

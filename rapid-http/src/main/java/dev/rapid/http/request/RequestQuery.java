package dev.rapid.http.request;

import io.undertow.server.HttpServerExchange;
import org.jspecify.annotations.Nullable;

/** The parameters of a query, undecoded. */
public final class RequestQuery {

  private RequestQuery() {}

  /**
   * Returns the first value of a parameter as it was sent, empty if it has no {@code =}; null if
   * there is no such parameter.
   */
  public static @Nullable String parameter(HttpServerExchange exchange, String name) {
    String query = exchange.getQueryString();
    for (int from = 0; from < query.length(); ) {
      int ampersand = query.indexOf('&', from);
      int end = ampersand < 0 ? query.length() : ampersand;
      int equals = query.indexOf('=', from);
      int nameEnd = equals < 0 || equals > end ? end : equals;
      if (nameEnd - from == name.length() && query.startsWith(name, from)) {
        return query.substring(Math.min(nameEnd + 1, end), end);
      }
      from = end + 1;
    }
    return null;
  }
}

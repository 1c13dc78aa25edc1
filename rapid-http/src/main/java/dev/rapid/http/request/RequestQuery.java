package dev.rapid.http.request;

import io.undertow.server.HttpServerExchange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of a query. */
public final class RequestQuery {

  private RequestQuery() {}

  /**
   * One decoded parameter.
   *
   * @param value empty if it has none
   */
  public record Parameter(String name, String value) {}

  /** Returns all parameters of a query, decoded, in order; a plus sign is a space. */
  public static List<Parameter> decoded(String rawQuery) {
    List<Parameter> parameters = new ArrayList<>();
    for (String parameter : rawQuery.split("&", -1)) {
      if (!parameter.isEmpty()) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        String value = equals < 0 ? "" : parameter.substring(equals + 1);
        parameters.add(new Parameter(decodedText(name), decodedText(value)));
      }
    }
    return parameters;
  }

  private static String decodedText(String text) {
    return PercentEncoding.decode(text.replace('+', ' '));
  }

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

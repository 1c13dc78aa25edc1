package dev.rapid.cli;

import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.Route;
import java.util.List;
import java.util.stream.Stream;

/** Says where the HTTP APIs are, and which routes they have. */
final class ApiAnnouncement {

  /** More routes than people read. */
  private static final int MOST_ROUTES = 20;

  private ApiAnnouncement() {}

  /**
   * Returns the announcement, one line for each route.
   *
   * @param apis at least one
   * @param address as {@code host:port}
   */
  static String of(List<Api> apis, String address) {
    StringBuilder text = new StringBuilder(apis.size() == 1 ? "API" : apis.size() + " APIs");
    text.append(" at http://").append(address);
    int width =
        apis.stream().flatMap(ApiAnnouncement::keys).mapToInt(String::length).max().orElse(0);
    int shown = 0;
    int routes = 0;
    for (Api api : apis) {
      routes += api.routes().size();
      if (apis.size() > 1 && shown < MOST_ROUTES) {
        text.append("\n  ").append(api.name()).append(':');
      }
      for (Route route : api.routes()) {
        if (shown < MOST_ROUTES) {
          String key = key(route);
          text.append("\n  ").append(key).append(" ".repeat(width - key.length()));
          text.append("  ").append(route.function());
          shown++;
        }
      }
    }
    if (routes > shown) {
      text.append("\n  and ").append(routes - shown).append(" more");
    }
    return text.toString();
  }

  private static Stream<String> keys(Api api) {
    return api.routes().stream().map(ApiAnnouncement::key);
  }

  /** Methods have a column of their own. */
  private static String key(Route route) {
    return route.isDefault() ? route.key() : String.format("%-7s%s", route.method(), route.path());
  }
}

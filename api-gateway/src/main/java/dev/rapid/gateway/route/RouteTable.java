package dev.rapid.gateway.route;

import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.Route;
import dev.rapid.http.request.PercentEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one API, and which of them a request takes (contract http-front-door, section 1).
 */
public final class RouteTable {

  /** The methods of {@code ANY} in a REST API. */
  public static final Set<String> REST_METHODS =
      Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

  private record Entry(Route route, RoutePattern pattern) {}

  private final ApiType type;
  private final List<Entry> entries = new ArrayList<>();
  private final @Nullable Route defaultRoute;

  /** Creates the table of an API. The first one of two routes with the same key counts. */
  public RouteTable(ApiType type, List<Route> routes) {
    this.type = type;
    Route fallback = null;
    for (Route route : routes) {
      if (!route.isDefault()) {
        entries.add(new Entry(route, RoutePattern.parse(route.path())));
      } else if (fallback == null) {
        fallback = route;
      }
    }
    this.defaultRoute = fallback;
  }

  /**
   * Returns the route of a request, null if none takes it.
   *
   * @param rawPath the path behind the stage, as sent
   */
  public @Nullable RouteMatch find(String method, String rawPath) {
    return choose(method, segmentsOf(rawPath));
  }

  /** Returns whether a route takes {@code rawPath}, whatever the method is. */
  public boolean knowsPath(String rawPath) {
    String[] path = segmentsOf(rawPath);
    return defaultRoute != null
        || entries.stream().anyMatch(entry -> entry.pattern().match(path, isHttp()) != null);
  }

  private boolean isHttp() {
    return type == ApiType.HTTP;
  }

  private String[] segmentsOf(String rawPath) {
    String path = rawPath;
    if (isHttp()) {
      path = PercentEncoding.decode(path);
    } else if (path.length() > 1 && path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return RoutePattern.segmentsOf(path.startsWith("/") ? path : "/" + path);
  }

  private @Nullable RouteMatch choose(String method, String[] path) {
    Entry best = null;
    Map<String, String> values = Map.of();
    for (Entry entry : entries) {
      if (takes(entry.route(), method) && (best == null || isBetter(entry, best))) {
        Map<String, String> matched = entry.pattern().match(path, isHttp());
        if (matched != null) {
          best = entry;
          values = matched;
        }
      }
    }
    if (best != null) {
      return new RouteMatch(best.route(), values);
    }
    return defaultRoute == null ? null : new RouteMatch(defaultRoute, Map.of());
  }

  private boolean takes(Route route, String method) {
    return route.method().equals(method)
        || (route.method().equals(Route.ANY) && (isHttp() || REST_METHODS.contains(method)));
  }

  /** Both match. In an HTTP API, every full match is better than one that takes the rest. */
  private boolean isBetter(Entry entry, Entry than) {
    if (isHttp() && entry.pattern().isGreedy() != than.pattern().isGreedy()) {
      return than.pattern().isGreedy();
    }
    int difference = entry.pattern().compareSpecificity(than.pattern());
    if (difference != 0) {
      return difference > 0;
    }
    return than.route().method().equals(Route.ANY) && !entry.route().method().equals(Route.ANY);
  }
}

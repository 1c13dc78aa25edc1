package dev.rapid.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of an API: which handler answers which method and path.
 *
 * <p>Paths match exactly, undecoded and with regard to case; a trailing or doubled slash makes
 * another path (contract runtime-extensions-telemetry, section 0.2). A path may have one variable
 * segment, written {@code {}}. Undertow's own routing handler decodes, folds slashes and does not
 * say which method is allowed.
 */
public final class Routes implements HttpHandler {

  private static final String VARIABLE = "{}";

  private record Route(HttpString method, String prefix, String suffix, RouteHandler handler) {

    @Nullable String variableOf(String path) {
      int end = path.length() - suffix.length();
      if (end < prefix.length() || !path.startsWith(prefix) || !path.endsWith(suffix)) {
        return null;
      }
      int slash = path.indexOf('/', prefix.length());
      return slash >= 0 && slash < end ? null : path.substring(prefix.length(), end);
    }
  }

  private final Map<String, Route> fixed;
  private final List<Route> variable;
  private final HttpHandler unknownPath;
  private final HttpHandler wrongMethod;

  private Routes(Builder builder) {
    this.fixed = Map.copyOf(builder.fixed);
    this.variable = List.copyOf(builder.variable);
    this.unknownPath = builder.unknownPath;
    this.wrongMethod = builder.wrongMethod;
  }

  /**
   * Starts a table.
   *
   * @param unknownPath answers paths that are not in the table
   * @param wrongMethod answers known paths with another method; {@code Allow} is set already
   */
  public static Builder table(HttpHandler unknownPath, HttpHandler wrongMethod) {
    return new Builder(unknownPath, wrongMethod);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    String path = exchange.getRequestPath();
    Route route = fixed.get(path);
    String segment = "";
    if (route == null) {
      for (Route candidate : variable) {
        String found = candidate.variableOf(path);
        if (found != null) {
          route = candidate;
          segment = found;
          break;
        }
      }
    }
    if (route == null) {
      unknownPath.handleRequest(exchange);
    } else if (!route.method().equals(exchange.getRequestMethod())) {
      exchange.getResponseHeaders().put(Headers.ALLOW, route.method().toString());
      wrongMethod.handleRequest(exchange);
    } else {
      route.handler().handle(exchange, segment);
    }
  }

  /** Collects routes. */
  public static final class Builder {

    private final Map<String, Route> fixed = new HashMap<>();
    private final List<Route> variable = new ArrayList<>();
    private final HttpHandler unknownPath;
    private final HttpHandler wrongMethod;

    private Builder(HttpHandler unknownPath, HttpHandler wrongMethod) {
      this.unknownPath = unknownPath;
      this.wrongMethod = wrongMethod;
    }

    /** Adds a route for GET. */
    public Builder get(String path, RouteHandler handler) {
      return add(Methods.GET, path, handler);
    }

    /** Adds a route for POST. */
    public Builder post(String path, RouteHandler handler) {
      return add(Methods.POST, path, handler);
    }

    /** Adds a route for PUT. */
    public Builder put(String path, RouteHandler handler) {
      return add(Methods.PUT, path, handler);
    }

    /** Returns the table. */
    public Routes build() {
      return new Routes(this);
    }

    private Builder add(HttpString method, String path, RouteHandler handler) {
      int at = path.indexOf(VARIABLE);
      if (at < 0) {
        fixed.put(path, new Route(method, path, "", handler));
      } else {
        variable.add(
            new Route(
                method, path.substring(0, at), path.substring(at + VARIABLE.length()), handler));
      }
      return this;
    }
  }
}

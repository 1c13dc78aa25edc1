package dev.rapid.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of an API: which handler answers which method and path.
 *
 * <p>Paths match exactly, undecoded and with regard to case; a trailing or doubled slash makes
 * another path (contract runtime-extensions-telemetry, section 0.2). Segments of a path may be
 * variable, written {@code {}}. Undertow's own routing handler decodes, folds slashes and does not
 * say which method is allowed.
 */
public final class Routes implements HttpHandler {

  private static final String VARIABLE = "{}";

  /** A path and what answers its methods. */
  private static final class Path {

    /** The texts before, between and after the variable segments. */
    private final List<String> literals;

    private final Map<HttpString, RouteHandler> methods = new LinkedHashMap<>();

    Path(List<String> literals) {
      this.literals = literals;
    }

    @Nullable String variablesOf(String path) {
      String first = literals.getFirst();
      if (!path.startsWith(first)) {
        return null;
      }
      int at = first.length();
      StringBuilder several = null;
      String variables = "";
      for (int i = 1; i < literals.size(); i++) {
        int slash = path.indexOf('/', at);
        int end = slash < 0 ? path.length() : slash;
        String next = literals.get(i);
        // An empty segment at the end is a trailing slash.
        if (!path.startsWith(next, end) || (next.isEmpty() && end == at)) {
          return null;
        }
        String segment = path.substring(at, end);
        if (i == 1) {
          variables = segment;
        } else {
          several = several == null ? new StringBuilder(variables) : several;
          several.append('/').append(segment);
        }
        at = end + next.length();
      }
      if (at != path.length()) {
        return null;
      }
      return several == null ? variables : several.toString();
    }

    String allowed() {
      return methods.keySet().stream()
          .map(HttpString::toString)
          .sorted()
          .collect(Collectors.joining(", "));
    }
  }

  private final Map<String, Path> fixed;
  private final List<Path> variable;
  private final HttpHandler unknownPath;
  private final HttpHandler wrongMethod;

  private Routes(Builder builder) {
    this.fixed = Map.copyOf(builder.fixed);
    this.variable = List.copyOf(builder.variable.values());
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
    Path found = fixed.get(path);
    String variables = "";
    if (found == null) {
      for (Path candidate : variable) {
        String segments = candidate.variablesOf(path);
        if (segments != null) {
          found = candidate;
          variables = segments;
          break;
        }
      }
    }
    if (found == null) {
      unknownPath.handleRequest(exchange);
      return;
    }
    RouteHandler handler = found.methods.get(exchange.getRequestMethod());
    if (handler == null) {
      exchange.getResponseHeaders().put(Headers.ALLOW, found.allowed());
      wrongMethod.handleRequest(exchange);
    } else {
      handler.handle(exchange, variables);
    }
  }

  /** Collects routes. */
  public static final class Builder {

    private final Map<String, Path> fixed = new HashMap<>();
    private final Map<String, Path> variable = new LinkedHashMap<>();
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

    /** Adds a route for a method. */
    public Builder add(HttpString method, String path, RouteHandler handler) {
      List<String> literals = literalsOf(path);
      Map<String, Path> paths = literals.size() == 1 ? fixed : variable;
      paths.computeIfAbsent(path, p -> new Path(literals)).methods.put(method, handler);
      return this;
    }

    private static List<String> literalsOf(String path) {
      List<String> literals = new ArrayList<>();
      int from = 0;
      for (int at = path.indexOf(VARIABLE); at >= 0; at = path.indexOf(VARIABLE, from)) {
        literals.add(path.substring(from, at));
        from = at + VARIABLE.length();
      }
      literals.add(path.substring(from));
      return literals;
    }

    /** Returns the table. */
    public Routes build() {
      return new Routes(this);
    }
  }
}

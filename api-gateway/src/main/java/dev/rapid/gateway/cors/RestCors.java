package dev.rapid.gateway.cors;

import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.Cors;
import dev.rapid.gateway.api.Route;
import dev.rapid.gateway.request.ApiResponse;
import dev.rapid.gateway.route.RouteTable;
import dev.rapid.http.request.HeaderLine;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The answer to {@code OPTIONS} that a REST API makes itself for the paths whose routes do not
 * serve it (contract http-front-door, section 7.2).
 */
public final class RestCors {

  private static final String OPTIONS = "OPTIONS";

  private RestCors() {}

  /** Returns routes for the paths of an API that no route serves {@code OPTIONS} for. */
  public static List<Route> preflightsFor(Api api) {
    List<Route> routes = api.routes();
    List<Route> preflights = new ArrayList<>();
    for (Route route : routes) {
      boolean served =
          routes.stream()
                  .anyMatch(
                      each -> each.path().equals(route.path()) && each.method().equals(OPTIONS))
              || preflights.stream().anyMatch(each -> each.path().equals(route.path()));
      if (!served) {
        preflights.add(
            Route.builder(OPTIONS + " " + route.path(), route.function())
                .authorizer(api.preflightsAuthorized() ? null : Route.NO_AUTHORIZER)
                .build());
      }
    }
    return preflights;
  }

  /** Returns the answer for a path. */
  public static ApiResponse answer(Cors cors, List<Route> routes, String path) {
    List<HeaderLine> headers = new ArrayList<>();
    headers.add(new HeaderLine("Content-Type", "application/json"));
    headers.add(
        new HeaderLine(
            "Access-Control-Allow-Origin",
            cors.allowOrigins().isEmpty() ? Cors.ANY : String.join(",", cors.allowOrigins())));
    headers.add(
        new HeaderLine(
            "Access-Control-Allow-Methods",
            String.join(
                ",",
                cors.allowMethods().isEmpty() ? methodsOf(routes, path) : cors.allowMethods())));
    if (!cors.allowHeaders().isEmpty()) {
      headers.add(
          new HeaderLine("Access-Control-Allow-Headers", String.join(",", cors.allowHeaders())));
    }
    if (cors.maxAgeSeconds() != null) {
      headers.add(new HeaderLine("Access-Control-Max-Age", String.valueOf(cors.maxAgeSeconds())));
    }
    if (cors.allowCredentials()) {
      headers.add(new HeaderLine("Access-Control-Allow-Credentials", "true"));
    }
    return new ApiResponse(200, headers, Payload.of("{}\n"));
  }

  private static List<String> methodsOf(List<Route> routes, String path) {
    TreeSet<String> methods = new TreeSet<>();
    methods.add(OPTIONS);
    for (Route route : routes) {
      if (route.path().equals(path)) {
        if (route.method().equals(Route.ANY)) {
          methods.addAll(RouteTable.REST_METHODS);
        } else {
          methods.add(route.method());
        }
      }
    }
    return List.copyOf(methods);
  }
}

package dev.rapid.gateway.call;

import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.Cors;
import dev.rapid.gateway.api.Route;
import dev.rapid.gateway.authorizer.Authorizers;
import dev.rapid.gateway.cors.HttpCors;
import dev.rapid.gateway.cors.RestCors;
import dev.rapid.gateway.request.ApiStage;
import dev.rapid.gateway.route.RouteMatch;
import dev.rapid.gateway.route.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A stage of an API that is served. Thread-safe. */
public final class ServedApi {

  private final ApiStage stage;
  private final Authorizers authorizers;
  private final RouteTable routes;
  private final Set<Route> preflights;

  /** Serves a stage; its authorizers remember nothing yet. */
  public ServedApi(ApiStage stage, Authorizers authorizers) {
    this.stage = stage;
    this.authorizers = authorizers;
    Api api = stage.api();
    List<Route> generated =
        stage.isRest() && api.cors() != null ? RestCors.preflightsFor(api) : List.of();
    this.preflights = Set.copyOf(generated);
    List<Route> all = new ArrayList<>(api.routes());
    all.addAll(generated);
    this.routes = new RouteTable(api.type(), all);
  }

  ApiStage stage() {
    return stage;
  }

  Authorizers authorizers() {
    return authorizers;
  }

  @Nullable RouteMatch find(String method, String rawPath) {
    return routes.find(method, rawPath);
  }

  boolean knowsPath(String rawPath) {
    return routes.knowsPath(rawPath);
  }

  /** Returns whether the API itself answers a route. */
  boolean isPreflight(Route route) {
    return preflights.contains(route);
  }

  /** Returns whether the settings of CORS allow pages of an origin. */
  boolean allowsOrigin(String origin) {
    Cors cors = stage.api().cors();
    return cors != null && HttpCors.allows(cors, origin);
  }
}

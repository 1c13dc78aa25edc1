package dev.rapid.gateway.route;

import dev.rapid.gateway.api.Route;
import java.util.Map;

/**
 * The route of a request.
 *
 * @param route the route
 * @param pathParameters the values of its variables, in order; empty if it has none
 */
public record RouteMatch(Route route, Map<String, String> pathParameters) {}

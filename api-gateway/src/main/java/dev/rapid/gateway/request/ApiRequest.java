package dev.rapid.gateway.request;

import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.api.RequestValue;
import dev.rapid.gateway.api.Route;
import dev.rapid.http.request.ReceivedRequest;
import dev.rapid.http.request.RequestQuery;
import dev.rapid.lambda.TraceHeader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that has found its route.
 *
 * @param stage the stage of the API that it is sent to
 * @param http the request as it was received
 * @param path its path
 * @param route its route
 * @param pathParameters the values of the variables in the route's path, as sent in a REST API and
 *     decoded in an HTTP API
 * @param ids the ids of the request
 * @param epochMillis when it was received
 * @param traceHeader the complete X-Ray header
 */
public record ApiRequest(
    ApiStage stage,
    ReceivedRequest http,
    ApiPath path,
    Route route,
    Map<String, String> pathParameters,
    RequestIds ids,
    long epochMillis,
    String traceHeader) {

  /** Returns the body, empty if there is none. */
  public Payload body() {
    return http.body();
  }

  /** Returns the value of the first header of a name in any case, empty if there is none. */
  public String header(String name) {
    String value = http.header(name);
    return value == null ? "" : value;
  }

  /** Returns the name in the header {@code Host}, without the port. */
  public String domainName() {
    String host = header("host");
    int colon = host.startsWith("[") ? host.indexOf(':', host.indexOf(']')) : host.indexOf(':');
    return colon < 0 ? host : host.substring(0, colon);
  }

  /** Returns the address of the client, without brackets and zone. */
  public String sourceIp() {
    String address = http.sourceIp();
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }

  /** Returns the X-Ray header as events have it. */
  public String traceRoot() {
    return TraceHeader.parse(traceHeader).rootOnly();
  }

  /** Returns all values of the parameters of the query string, by name, decoded, in order. */
  public Map<String, List<String>> queryParameters() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (RequestQuery.Parameter each : RequestQuery.decoded(http.rawQuery())) {
      all.computeIfAbsent(each.name(), name -> new ArrayList<>()).add(each.value());
    }
    return all;
  }

  /** Returns the ARN of the method and path that are called. */
  public String executeArn() {
    return stage.executeArn(http.method(), path.inStage());
  }

  /** Returns a value of the request, null if it is missing or empty. */
  public @Nullable String value(RequestValue place) {
    String name = place.name();
    String value =
        switch (place.kind()) {
          case HEADER -> http.header(name);
          case QUERY_STRING -> {
            List<String> values = queryParameters().get(name);
            yield values == null ? null : String.join(",", values);
          }
          case PATH -> pathParameters.get(name);
          case CONTEXT -> contextValue(name);
          case STAGE_VARIABLE -> stage.api().stageVariables().get(name);
        };
    return value == null || value.isEmpty() ? null : value;
  }

  private @Nullable String contextValue(String name) {
    return switch (name) {
      case "routeKey" -> route.key();
      case "stage" -> stage.api().stage();
      case "apiId" -> stage.api().id();
      case "accountId" -> stage.accountId();
      case "requestId" -> ids.requestId();
      case "extendedRequestId" -> ids.extended();
      case "httpMethod" -> http.method();
      case "path" -> path.whole();
      case "resourcePath" -> route.path();
      case "domainName" -> domainName();
      case "identity.sourceIp" -> sourceIp();
      case "identity.userAgent" -> http.header("user-agent");
      default -> null;
    };
  }
}

package dev.rapid.cli.config.api;

import dev.rapid.cli.config.value.Fields;
import dev.rapid.cli.config.value.Value;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.Cors;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.GatewayResponse;
import dev.rapid.gateway.api.GatewayResponseType;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.api.RequestValue;
import dev.rapid.gateway.api.Route;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes APIs of the structures below the key {@code apis}.
 *
 * <p>All methods throw {@link dev.rapid.cli.config.value.UsageException} if something is wrong; the
 * message begins with the place.
 */
public final class ApiReader {

  /** The name of the API whose routes the key {@code routes} lists. */
  private static final String OF_ROUTES = "api";

  /** The longest that {@code Access-Control-Max-Age} may be, in seconds. */
  private static final int MAX_AGE = 86_400;

  private final Functions functions;

  /**
   * Creates a reader.
   *
   * @param functions all names that functions answer to
   */
  public ApiReader(List<String> functions) {
    this.functions = new Functions(List.copyOf(functions));
  }

  /** Returns the APIs in their order. */
  public List<Api> apis(Value structure) {
    return List.copyOf(Fields.of("'apis'", structure).all(this::api).values());
  }

  /** Returns the HTTP API that has these routes. */
  public static Api ofRoutes(List<Route> routes) {
    Api.Builder api = Api.builder(OF_ROUTES, ApiType.HTTP);
    routes.forEach(api::route);
    return api.build();
  }

  /**
   * Returns a route with the usual settings.
   *
   * @param key its route key
   * @param function its function
   * @throws IllegalArgumentException if one is wrong; the message has no subject
   */
  public Route route(String key, String function) {
    return Route.builder(key, functions.target(function)).build();
  }

  private Api api(String name, Value value) {
    Fields fields = Fields.of("API '" + name + "'", value);
    ApiType type =
        switch (fields.text("type")) {
          case null -> ApiType.HTTP;
          case "http" -> ApiType.HTTP;
          case "rest" -> ApiType.REST;
          case String other ->
              throw fields.wrong("type", "'type': '" + other + "' is neither http nor rest");
        };
    Api.Builder api = Api.builder(name, type);
    ifThere(fields.text("id"), api::id);
    ifThere(fields.text("stage"), api::stage);
    api.stageVariables(fields.named("stage-variables"));
    api.binaryMediaTypes(fields.texts("binary-media-types"));
    ifThere(fields.checked("timeout", Checks::seconds), api::timeout);
    api.gatewayResponses(gatewayResponses(fields));
    api.cors(cors(fields.find("cors")));
    fields
        .each("authorizers", (called, each) -> AuthorizerReader.read(functions, type, called, each))
        .forEach(api::authorizer);
    api.defaultAuthorizer(fields.text("default-authorizer"));
    ifThere(fields.truth("preflights-authorized"), api::preflightsAuthorized);
    api.apiKeys(fields.texts("api-keys"));
    for (Value route : fields.items("routes")) {
      api.route(route(route));
    }
    fields.end();
    try {
      return api.build();
    } catch (IllegalArgumentException e) {
      throw Fields.fault(fields.place(), String.valueOf(e.getMessage()));
    }
  }

  private static <T> void ifThere(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }

  private static @Nullable Cors cors(@Nullable Value value) {
    if (value == null) {
      return null;
    }
    Fields fields = Fields.of("'cors'", value);
    Cors cors =
        new Cors(
            fields.texts("AllowOrigins"),
            fields.texts("AllowMethods"),
            fields.texts("AllowHeaders"),
            fields.texts("ExposeHeaders"),
            fields.checked("MaxAge", text -> Checks.count(text, 0, MAX_AGE)),
            Boolean.TRUE.equals(fields.truth("AllowCredentials")));
    fields.end();
    return cors;
  }

  private static Map<GatewayResponseType, GatewayResponse> gatewayResponses(Fields api) {
    Map<GatewayResponseType, GatewayResponse> responses = new EnumMap<>(GatewayResponseType.class);
    api.each(
            "gateway-responses",
            (name, value) -> {
              Fields fields = Fields.of("gateway response '" + name + "'", value);
              GatewayResponseType type;
              try {
                type = GatewayResponseType.valueOf(name.toUpperCase(Locale.ROOT));
              } catch (IllegalArgumentException e) {
                throw Fields.fault(value.place(), "there is no gateway response '" + name + "'");
              }
              GatewayResponse response =
                  new GatewayResponse(
                      fields.checked("StatusCode", text -> Checks.count(text, 100, 599)),
                      fields.named("ResponseParameters"),
                      fields.named("ResponseTemplates"));
              fields.end();
              return Map.entry(type, response);
            })
        .values()
        .forEach(entry -> responses.put(entry.getKey(), entry.getValue()));
    return responses;
  }

  private Route route(Value value) {
    Fields fields = Fields.of("a route", value);
    String key = fields.needed("route");
    FunctionTarget function = functions.target(fields, "function");
    Route.Builder route;
    try {
      route = Route.builder(key, function);
    } catch (IllegalArgumentException e) {
      throw fields.wrong("route", "'route': '" + key + "' " + e.getMessage());
    }
    ifThere(fields.checked("payload", PayloadFormat::of), route::payload);
    route.authorizer(fields.text("authorizer"));
    route.scopes(fields.texts("scopes"));
    route.apiKeyRequired(Boolean.TRUE.equals(fields.truth("api-key")));
    route.requiredParameters(fields.list("required-parameters", RequestValue::parse));
    route.timeout(fields.checked("timeout", Checks::seconds));
    route.streamed(Boolean.TRUE.equals(fields.truth("stream")));
    route.operationName(fields.text("operation"));
    fields.end();
    return route.build();
  }
}

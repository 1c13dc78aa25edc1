package dev.rapid.gateway.api;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One stage of an API (contract http-front-door, section 0.2).
 *
 * @param name what the configuration calls it
 * @param id its id in addresses, ARNs and events; APIs with the same id are stages of one API
 * @param type the kind of API
 * @param stage the name of the stage, {@link #DEFAULT_STAGE} for one without a name in paths
 * @param stageVariables the variables of the stage
 * @param binaryMediaTypes the content types whose bodies are binary; REST APIs only
 * @param cors which pages may call, null if the functions decide
 * @param timeout how long a function may take for its caller, zero for no limit
 * @param gatewayResponses how the API's own answers differ from the usual ones; REST APIs only
 * @param authorizers by name
 * @param defaultAuthorizer the authorizer of routes that name none, null if they are open
 * @param preflightsAuthorized whether the default authorizer guards preflights that a REST API
 *     answers itself
 * @param apiKeys the keys that count where a key is required; empty for any key
 * @param routes the first one of two with the same key counts
 */
public record Api(
    String name,
    String id,
    ApiType type,
    String stage,
    Map<String, String> stageVariables,
    List<String> binaryMediaTypes,
    @Nullable Cors cors,
    Duration timeout,
    Map<GatewayResponseType, GatewayResponse> gatewayResponses,
    Map<String, Authorizer> authorizers,
    @Nullable String defaultAuthorizer,
    boolean preflightsAuthorized,
    List<String> apiKeys,
    List<Route> routes) {

  /** The stage that is not part of paths. */
  public static final String DEFAULT_STAGE = "$default";

  private static final int ID_LENGTH = 10;

  /**
   * Copies the collections.
   *
   * @throws IllegalArgumentException if the values do not fit together; the message is for people
   */
  public Api {
    stageVariables = Map.copyOf(stageVariables);
    // Templates of OpenAPI escape the slash (contract http-front-door, section 2.4).
    binaryMediaTypes = binaryMediaTypes.stream().map(each -> each.replace("~1", "/")).toList();
    gatewayResponses = Map.copyOf(gatewayResponses);
    authorizers = Map.copyOf(authorizers);
    apiKeys = List.copyOf(apiKeys);
    routes = List.copyOf(routes);
    if (type == ApiType.HTTP
        && cors != null
        && cors.allowCredentials()
        && cors.allowOrigins().contains(Cors.ANY)) {
      throw new IllegalArgumentException(
          "API '"
              + name
              + "': allow-credentials is not supported if 'allow-origin' is *; name the origins");
    }
    Set<String> known = authorizers.keySet();
    checkAuthorizer(name, "the default", defaultAuthorizer, known);
    for (Route route : routes) {
      checkAuthorizer(name, "route '" + route.key() + "'", route.authorizer(), known);
    }
    for (Map.Entry<String, Authorizer> each : authorizers.entrySet()) {
      checkType(name, type, each.getKey(), each.getValue());
    }
  }

  private static void checkAuthorizer(
      String api, String subject, @Nullable String authorizer, Set<String> known) {
    if (authorizer != null
        && !authorizer.equals(Route.NO_AUTHORIZER)
        && !known.contains(authorizer)) {
      throw new IllegalArgumentException(
          "API '"
              + api
              + "' has no authorizer '"
              + authorizer
              + "', which "
              + subject
              + " names; it has "
              + (known.isEmpty() ? "none" : String.join(", ", known.stream().sorted().toList())));
    }
  }

  private static void checkType(String api, ApiType type, String name, Authorizer authorizer) {
    if (type == ApiType.HTTP && authorizer instanceof Authorizer.Token) {
      throw new IllegalArgumentException(
          "Authorizer '"
              + name
              + "' of API '"
              + api
              + "' has the type token, which only REST APIs have; use request");
    }
    if (type == ApiType.REST
        && authorizer instanceof Authorizer.Request request
        && request.simpleResponses()) {
      throw new IllegalArgumentException(
          "Authorizer '"
              + name
              + "' of API '"
              + api
              + "' has simple responses, which only HTTP APIs have");
    }
  }

  /** Returns a builder of an API without routes. */
  public static Builder builder(String name, ApiType type) {
    return new Builder(name, type);
  }

  /** Returns the id of an API that is given none: always the same for a name. */
  public static String idOf(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      String digits = new BigInteger(1, hash).toString(Character.MAX_RADIX);
      return digits.substring(digits.length() - ID_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }

  /** Returns whether the stage is not part of paths. */
  public boolean isDefaultStage() {
    return stage.equals(DEFAULT_STAGE);
  }

  /** Returns the authorizer of a route, null if everybody may call it. */
  public @Nullable Authorizer authorizerOf(Route route) {
    String chosen = route.authorizer() == null ? defaultAuthorizer : route.authorizer();
    return chosen == null ? null : authorizers.get(chosen);
  }

  /** Returns how long the function of a route may take, zero for no limit. */
  public Duration timeoutOf(Route route) {
    Duration own = route.timeout();
    return own == null ? timeout : own;
  }

  /** Builds an API. By default it has the stage and the time limit of its type. */
  public static final class Builder {

    private final String name;
    private final ApiType type;
    private String id;
    private String stage;
    private Map<String, String> stageVariables = Map.of();
    private List<String> binaryMediaTypes = List.of();
    private @Nullable Cors cors;
    private Duration timeout;
    private Map<GatewayResponseType, GatewayResponse> gatewayResponses = Map.of();
    private final Map<String, Authorizer> authorizers = new LinkedHashMap<>();
    private @Nullable String defaultAuthorizer;
    private boolean preflightsAuthorized = true;
    private List<String> apiKeys = List.of();
    private final List<Route> routes = new ArrayList<>();

    private Builder(String name, ApiType type) {
      this.name = name;
      this.type = type;
      this.id = idOf(name);
      this.stage = type.defaultStage();
      this.timeout = type.defaultTimeout();
    }

    /** Sets the id. */
    public Builder id(String value) {
      id = value;
      return this;
    }

    /** Sets the name of the stage. */
    public Builder stage(String value) {
      stage = value;
      return this;
    }

    /** Sets the variables of the stage. */
    public Builder stageVariables(Map<String, String> value) {
      stageVariables = value;
      return this;
    }

    /** Sets the content types whose bodies are binary. */
    public Builder binaryMediaTypes(List<String> value) {
      binaryMediaTypes = value;
      return this;
    }

    /** Sets which pages may call. */
    public Builder cors(@Nullable Cors value) {
      cors = value;
      return this;
    }

    /** Sets how long a function may take, zero for no limit. */
    public Builder timeout(Duration value) {
      timeout = value;
      return this;
    }

    /** Sets how the API's own answers differ from the usual ones. */
    public Builder gatewayResponses(Map<GatewayResponseType, GatewayResponse> value) {
      gatewayResponses = value;
      return this;
    }

    /** Adds an authorizer. */
    public Builder authorizer(String called, Authorizer value) {
      authorizers.put(called, value);
      return this;
    }

    /** Sets the authorizer of routes that name none. */
    public Builder defaultAuthorizer(@Nullable String value) {
      defaultAuthorizer = value;
      return this;
    }

    /** Sets whether the default authorizer guards preflights that a REST API answers itself. */
    public Builder preflightsAuthorized(boolean value) {
      preflightsAuthorized = value;
      return this;
    }

    /** Sets the keys that count where a key is required. */
    public Builder apiKeys(List<String> value) {
      apiKeys = value;
      return this;
    }

    /** Adds a route. */
    public Builder route(Route value) {
      routes.add(value);
      return this;
    }

    /**
     * Returns the API.
     *
     * @throws IllegalArgumentException if the values do not fit together; the message is for people
     */
    public Api build() {
      return new Api(
          name,
          id,
          type,
          stage,
          stageVariables,
          binaryMediaTypes,
          cors,
          timeout,
          gatewayResponses,
          authorizers,
          defaultAuthorizer,
          preflightsAuthorized,
          apiKeys,
          routes);
    }
  }
}

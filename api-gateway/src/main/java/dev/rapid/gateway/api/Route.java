package dev.rapid.gateway.api;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A route of an API: which requests go to which function.
 *
 * @param method in upper case, or {@link #ANY}
 * @param path begins with a slash, for example {@code /users/{id}} or {@code /{proxy+}}; or {@link
 *     #DEFAULT}
 * @param function what is invoked
 * @param payload the format of the events of an HTTP API; REST APIs ignore it
 * @param authorizer the name of an authorizer of the API, {@link #NO_AUTHORIZER}, or null for the
 *     API's default
 * @param scopes one of these must be in the token, if there are any; for JSON Web Tokens
 * @param apiKeyRequired whether a request must have an API key; REST APIs only
 * @param requiredParameters what must be in a request; REST APIs only
 * @param timeout how long the function may take for the caller, zero for no limit, null for the
 *     API's
 * @param streamed whether the function's response is streamed; REST APIs only
 * @param operationName the name of the operation, null if it has none
 */
public record Route(
    String method,
    String path,
    FunctionTarget function,
    PayloadFormat payload,
    @Nullable String authorizer,
    List<String> scopes,
    boolean apiKeyRequired,
    List<RequestValue> requiredParameters,
    @Nullable Duration timeout,
    boolean streamed,
    @Nullable String operationName) {

  /** Every method. */
  public static final String ANY = "ANY";

  /** The path of the route that takes what no other route takes. */
  public static final String DEFAULT = "$default";

  /** The authorizer of a route that everybody may call. */
  public static final String NO_AUTHORIZER = "none";

  /** Copies the lists. */
  public Route {
    scopes = List.copyOf(scopes);
    requiredParameters = List.copyOf(requiredParameters);
  }

  /**
   * Returns a builder.
   *
   * @param key {@code METHOD PATH}, {@code PATH} for every method, or {@code $default}
   * @throws IllegalArgumentException if it is none of them; the message has no subject
   */
  public static Builder builder(String key, FunctionTarget function) {
    String text = key.strip();
    int space = text.indexOf(' ');
    String method = space < 0 ? ANY : text.substring(0, space).toUpperCase(Locale.ROOT);
    String path = space < 0 ? text : text.substring(space + 1).strip();
    if (path.equals(DEFAULT)) {
      method = ANY;
    } else if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "is not METHOD /PATH or " + DEFAULT + ", for example GET /hello/{name}");
    } else if (!method.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || c == '-')) {
      throw new IllegalArgumentException("begins with '" + method + "', which is not a method");
    } else if (path.length() > 1 && path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return new Builder(method, path, function);
  }

  /** Returns whether this takes what no other route takes. */
  public boolean isDefault() {
    return path.equals(DEFAULT);
  }

  /** Returns the route key, for example {@code GET /hello}. */
  public String key() {
    return isDefault() ? DEFAULT : method + " " + path;
  }

  /** Builds a route. By default it is of format 2.0 and has the API's authorizer and time limit. */
  public static final class Builder {

    private final String method;
    private final String path;
    private final FunctionTarget function;
    private PayloadFormat payload = PayloadFormat.V2;
    private @Nullable String authorizer;
    private List<String> scopes = List.of();
    private boolean apiKeyRequired;
    private List<RequestValue> requiredParameters = List.of();
    private @Nullable Duration timeout;
    private boolean streamed;
    private @Nullable String operationName;

    private Builder(String method, String path, FunctionTarget function) {
      this.method = method;
      this.path = path;
      this.function = function;
    }

    /** Sets the format of the events. */
    public Builder payload(PayloadFormat value) {
      payload = value;
      return this;
    }

    /** Sets the name of the authorizer, or {@link Route#NO_AUTHORIZER}. */
    public Builder authorizer(@Nullable String value) {
      authorizer = value;
      return this;
    }

    /** Sets the scopes, one of which a token must have. */
    public Builder scopes(List<String> value) {
      scopes = value;
      return this;
    }

    /** Sets whether a request must have an API key. */
    public Builder apiKeyRequired(boolean value) {
      apiKeyRequired = value;
      return this;
    }

    /** Sets what must be in a request. */
    public Builder requiredParameters(List<RequestValue> value) {
      requiredParameters = value;
      return this;
    }

    /** Sets how long the function may take, zero for no limit, null for the API's. */
    public Builder timeout(@Nullable Duration value) {
      timeout = value;
      return this;
    }

    /** Sets whether the response is streamed. */
    public Builder streamed(boolean value) {
      streamed = value;
      return this;
    }

    /** Sets the name of the operation. */
    public Builder operationName(@Nullable String value) {
      operationName = value;
      return this;
    }

    /** Returns the route. */
    public Route build() {
      return new Route(
          method,
          path,
          function,
          payload,
          authorizer,
          scopes,
          apiKeyRequired,
          requiredParameters,
          timeout,
          streamed,
          operationName);
    }
  }
}

package dev.rapid.invokeapi.url;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.request.HeaderLine;
import io.undertow.util.StatusCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of other origins may call a function URL, or the Invoke API (contract invoke-api,
 * section 5.5). A list with {@code *} means everything.
 *
 * @param allowOrigins up to 100 origins of up to 253 characters
 * @param allowMethods up to 6 methods of up to 6 characters, so that {@code OPTIONS} cannot be one
 * @param allowHeaders up to 100 names of up to 1024 characters
 * @param exposeHeaders up to 100 names of up to 1024 characters
 * @param maxAgeSeconds how long a browser may remember the answer to a preflight, 0 to 86,400; null
 *     leaves it to the browser
 * @param allowCredentials whether a page may send cookies
 */
public record CorsSettings(
    List<String> allowOrigins,
    List<String> allowMethods,
    List<String> allowHeaders,
    List<String> exposeHeaders,
    @Nullable Integer maxAgeSeconds,
    boolean allowCredentials) {

  private static final String ANY = "*";

  private static final int MAX_ENTRIES = 100;
  private static final int MAX_METHODS = 6;
  private static final int MAX_ORIGIN_LENGTH = 253;
  private static final int MAX_METHOD_LENGTH = 6;
  private static final int MAX_HEADER_LENGTH = 1024;
  private static final int MAX_AGE_SECONDS = 86_400;

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is exceeded; the message is for people
   */
  public CorsSettings {
    allowOrigins = checked("AllowOrigins", allowOrigins, MAX_ENTRIES, MAX_ORIGIN_LENGTH);
    allowMethods = checked("AllowMethods", allowMethods, MAX_METHODS, MAX_METHOD_LENGTH);
    allowHeaders = checked("AllowHeaders", allowHeaders, MAX_ENTRIES, MAX_HEADER_LENGTH);
    exposeHeaders = checked("ExposeHeaders", exposeHeaders, MAX_ENTRIES, MAX_HEADER_LENGTH);
    if (maxAgeSeconds != null && (maxAgeSeconds < 0 || maxAgeSeconds > MAX_AGE_SECONDS)) {
      throw new IllegalArgumentException(
          "MaxAge must be from 0 to " + MAX_AGE_SECONDS + " seconds, not " + maxAgeSeconds);
    }
  }

  /** For pages that call the Invoke API: there is one method, and SDKs send many headers. */
  private static final List<String> INVOKE_METHODS = List.of("POST");

  private static final List<String> INVOKE_RESULT_HEADERS =
      List.of(
          "x-amz-executed-version",
          "x-amz-function-error",
          "x-amz-log-result",
          "x-amzn-errortype",
          "x-amzn-remapped-content-length",
          "x-amzn-remapped-content-type",
          "x-amzn-requestid",
          "x-amzn-trace-id");

  /** Returns these settings, with the Invoke API's needs in place of empty lists. */
  public CorsSettings forInvokeApi() {
    return new CorsSettings(
        allowOrigins,
        allowMethods.isEmpty() ? INVOKE_METHODS : allowMethods,
        allowHeaders.isEmpty() ? List.of(ANY) : allowHeaders,
        exposeHeaders.isEmpty() ? INVOKE_RESULT_HEADERS : exposeHeaders,
        maxAgeSeconds,
        allowCredentials);
  }

  private static List<String> checked(
      String name, List<String> entries, int maxEntries, int maxLength) {
    if (entries.size() > maxEntries) {
      throw new IllegalArgumentException(
          name + " may have " + maxEntries + " entries, not " + entries.size());
    }
    for (String entry : entries) {
      if (entry.isEmpty() || entry.length() > maxLength) {
        throw new IllegalArgumentException(
            name + " may have entries of 1 to " + maxLength + " characters, not '" + entry + "'");
      }
      if (entry.chars().anyMatch(c -> c <= ' ' || c > '~' || c == ',')) {
        throw new IllegalArgumentException(
            name + " has an entry with a character that HTTP does not allow: '" + entry + "'");
      }
    }
    return List.copyOf(entries);
  }

  /** Returns whether pages of {@code origin} may call. */
  boolean allowsOrigin(String origin) {
    return allows(allowOrigins, origin);
  }

  /**
   * Answers a preflight; the function does not run.
   *
   * @return null if {@code request} is not a preflight
   */
  @Nullable UrlResponse preflight(CorsRequest request) {
    String origin = request.origin();
    String method = request.requestMethod();
    if (!request.isOptions() || origin == null || method == null) {
      return null;
    }
    List<String> headers = listOf(request.requestHeaders());
    List<HeaderLine> answer =
        allowsOrigin(origin)
                && allows(allowMethods, method)
                && headers.stream().allMatch(this::allowsHeader)
            ? grant(origin, method, headers)
            : List.of();
    return new UrlResponse(new UrlHead(StatusCodes.OK, answer), Payload.EMPTY);
  }

  /** Returns the headers that are added to the function's in the answer to {@code request}. */
  List<HeaderLine> headersFor(CorsRequest request) {
    String origin = request.origin();
    if (origin == null || request.isOptions() || !allowsOrigin(origin)) {
      return List.of();
    }
    List<HeaderLine> headers = new ArrayList<>();
    headers.add(allowOrigin(origin));
    add(headers, "access-control-expose-headers", exposeHeaders);
    addCredentials(headers);
    return headers;
  }

  private List<HeaderLine> grant(String origin, String method, List<String> requested) {
    List<HeaderLine> headers = new ArrayList<>();
    headers.add(allowOrigin(origin));
    add(headers, "access-control-allow-methods", named(allowMethods, List.of(method)));
    add(headers, "access-control-allow-headers", named(allowHeaders, requested));
    if (maxAgeSeconds != null) {
      headers.add(new HeaderLine("access-control-max-age", maxAgeSeconds.toString()));
    }
    addCredentials(headers);
    headers.add(new HeaderLine("vary", "Origin"));
    return headers;
  }

  private HeaderLine allowOrigin(String origin) {
    return new HeaderLine(
        "access-control-allow-origin",
        allowOrigins.contains(ANY) && !allowCredentials ? ANY : origin);
  }

  /**
   * With credentials, browsers take an asterisk as a name, so the answer names what was asked for.
   */
  private List<String> named(List<String> allowed, List<String> requested) {
    return allowed.contains(ANY) && allowCredentials ? requested : allowed;
  }

  private void addCredentials(List<HeaderLine> headers) {
    if (allowCredentials) {
      headers.add(new HeaderLine("access-control-allow-credentials", "true"));
    }
  }

  private static void add(List<HeaderLine> headers, String name, List<String> values) {
    if (!values.isEmpty()) {
      headers.add(new HeaderLine(name, String.join(",", values)));
    }
  }

  private static boolean allows(List<String> allowed, String value) {
    return allowed.contains(ANY) || allowed.contains(value);
  }

  private boolean allowsHeader(String name) {
    return allowHeaders.contains(ANY) || allowHeaders.stream().anyMatch(name::equalsIgnoreCase);
  }

  private static List<String> listOf(@Nullable String header) {
    List<String> names = new ArrayList<>();
    if (header != null) {
      for (String name : header.split(",", -1)) {
        if (!name.isBlank()) {
          names.add(name.trim().toLowerCase(Locale.ROOT));
        }
      }
    }
    return names;
  }
}

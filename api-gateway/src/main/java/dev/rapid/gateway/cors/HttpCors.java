package dev.rapid.gateway.cors;

import dev.rapid.gateway.api.Cors;
import dev.rapid.http.request.HeaderLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The headers of CORS in the answers of an HTTP API to one request (contract http-front-door,
 * section 7.1).
 *
 * @param cors the API's settings
 * @param origin the page's origin, null if no page sends the request
 */
public record HttpCors(Cors cors, @Nullable String origin) {

  private static final String PREFIX = "access-control-";

  /** Returns whether pages of {@code origin} may call. */
  public static boolean allows(Cors cors, String origin) {
    String lower = origin.toLowerCase(Locale.ROOT);
    for (String allowed : cors.allowOrigins()) {
      boolean scheme = allowed.equals("http://*") || allowed.equals("https://*");
      if (allowed.equals(Cors.ANY)
          || allowed.equalsIgnoreCase(lower)
          || (scheme && lower.startsWith(allowed.substring(0, allowed.length() - 1)))) {
        return true;
      }
    }
    return false;
  }

  /** Returns the headers of the answer to a preflight. */
  public List<HeaderLine> preflight() {
    List<HeaderLine> headers = new ArrayList<>();
    String allowed = allowedOrigin();
    if (allowed != null) {
      addOrigin(headers, allowed);
      add(headers, "access-control-allow-methods", cors.allowMethods());
      add(headers, "access-control-allow-headers", cors.allowHeaders());
      if (cors.maxAgeSeconds() != null) {
        headers.add(new HeaderLine("access-control-max-age", String.valueOf(cors.maxAgeSeconds())));
      }
    }
    return headers;
  }

  /** Returns {@code headers} with the API's own headers of CORS in place of the function's. */
  public List<HeaderLine> replaceIn(List<HeaderLine> headers) {
    List<HeaderLine> all = new ArrayList<>();
    for (HeaderLine header : headers) {
      if (!header.name().toLowerCase(Locale.ROOT).startsWith(PREFIX)) {
        all.add(header);
      }
    }
    String allowed = allowedOrigin();
    if (allowed != null) {
      addOrigin(all, allowed);
      add(all, "access-control-expose-headers", cors.exposeHeaders());
    }
    return all;
  }

  private @Nullable String allowedOrigin() {
    if (origin == null || !allows(cors, origin)) {
      return null;
    }
    return cors.allowOrigins().contains(Cors.ANY) ? Cors.ANY : origin;
  }

  private void addOrigin(List<HeaderLine> headers, String allowed) {
    headers.add(new HeaderLine("access-control-allow-origin", allowed));
    if (cors.allowCredentials()) {
      headers.add(new HeaderLine("access-control-allow-credentials", "true"));
    }
    if (!allowed.equals(Cors.ANY)) {
      headers.add(new HeaderLine("vary", "origin"));
    }
  }

  private static void add(List<HeaderLine> headers, String name, List<String> values) {
    if (!values.isEmpty()) {
      headers.add(new HeaderLine(name, String.join(",", values)));
    }
  }
}

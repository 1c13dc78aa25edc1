package dev.rapid.gateway.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of other origins may call an API (contract http-front-door, section 7). In the lists
 * of an HTTP API, {@code *} means everything. A REST API answers preflights with the values as they
 * are.
 *
 * @param allowOrigins exact origins, {@code *}, {@code http://*} or {@code https://*}
 * @param allowMethods empty for a REST API means the methods of each path
 * @param maxAgeSeconds how long a browser may remember the answer to a preflight, null leaves it to
 *     the browser
 * @param allowCredentials whether a page may send cookies
 */
public record Cors(
    List<String> allowOrigins,
    List<String> allowMethods,
    List<String> allowHeaders,
    List<String> exposeHeaders,
    @Nullable Integer maxAgeSeconds,
    boolean allowCredentials) {

  /** Every origin. */
  public static final String ANY = "*";

  /** Copies the lists. */
  public Cors {
    allowOrigins = List.copyOf(allowOrigins);
    allowMethods = List.copyOf(allowMethods);
    allowHeaders = List.copyOf(allowHeaders);
    exposeHeaders = List.copyOf(exposeHeaders);
  }
}

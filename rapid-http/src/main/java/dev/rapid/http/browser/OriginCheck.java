package dev.rapid.http.browser;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a page of another origin made a browser send. A browser sends {@code
 * Origin} with every request that may change something, and {@code Sec-Fetch-Site}; other clients
 * send neither.
 */
public final class OriginCheck {

  /** What {@code Origin} is for a page that has none, such as a file. */
  private static final String NO_ORIGIN = "null";

  private static final HttpString SEC_FETCH_SITE = new HttpString("Sec-Fetch-Site");
  private static final HttpString SEC_FETCH_MODE = new HttpString("Sec-Fetch-Mode");
  private static final HttpString SEC_FETCH_DEST = new HttpString("Sec-Fetch-Dest");

  /** What pages of other origins may do. */
  public enum Reach {
    /** Nothing: the listener serves programs. */
    NOTHING,

    /**
     * They may link to what is served. The browser then leaves the page, which cannot read the
     * answer. Other ports and subdomains of the same site may also embed it.
     */
    LINKS
  }

  private final Predicate<String> allowed;
  private final Reach reach;
  private final Refusal refusal;

  /**
   * Creates a check.
   *
   * @param allowed whether pages of an origin may send any request
   * @param reach what pages of all other origins may do
   * @param refusal answers refused requests; it gets the page's origin
   */
  public OriginCheck(Predicate<String> allowed, Reach reach, Refusal refusal) {
    this.allowed = allowed;
    this.reach = reach;
    this.refusal = refusal;
  }

  /** Returns a handler that passes the other requests to {@code next}. */
  public HttpHandler before(HttpHandler next) {
    return exchange -> {
      if (!refuses(exchange)) {
        next.handleRequest(exchange);
      }
    };
  }

  /** Answers a request that is to be refused; returns false, and does nothing, for any other. */
  public boolean refuses(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getRequestHeaders();
    String origin = headers.getFirst(Headers.ORIGIN);
    String site = headers.getFirst(SEC_FETCH_SITE);
    if ((origin == null && site == null) || isTaken(exchange, origin, site)) {
      return false;
    }
    refusal.refuse(exchange, origin == null ? NO_ORIGIN : origin);
    return true;
  }

  private boolean isTaken(
      HttpServerExchange exchange, @Nullable String origin, @Nullable String site) {
    if (origin != null) {
      if (allowed.test(origin)) {
        return true;
      }
      if (!isOwn(origin, exchange.getRequestHeaders().getFirst(Headers.HOST))) {
        return false;
      }
    }
    if (site == null) {
      return true;
    }
    return switch (site) {
      case "same-origin", "none" -> true;
      case "same-site" -> reach == Reach.LINKS;
      default -> reach == Reach.LINKS && origin == null && isLink(exchange);
    };
  }

  /** A page that was loaded from here; the scheme is that of a proxy, if there is one. */
  private static boolean isOwn(String origin, @Nullable String host) {
    int authority = origin.indexOf("://");
    return host != null
        && authority > 0
        && origin.substring(authority + "://".length()).equalsIgnoreCase(host);
  }

  private static boolean isLink(HttpServerExchange exchange) {
    HttpString method = exchange.getRequestMethod();
    HeaderMap headers = exchange.getRequestHeaders();
    return (method.equals(Methods.GET) || method.equals(Methods.HEAD))
        && "navigate".equals(headers.getFirst(SEC_FETCH_MODE))
        && "document".equals(headers.getFirst(SEC_FETCH_DEST));
  }
}

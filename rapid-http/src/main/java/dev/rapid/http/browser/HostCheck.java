package dev.rapid.http.browser;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests whose {@code Host} is not one of {@link AllowedHosts}, so that a web page cannot
 * reach a listener under a name that its author controls (DNS rebinding).
 */
public final class HostCheck implements HttpHandler {

  private final AllowedHosts allowed;
  private final Refusal refusal;
  private final HttpHandler next;

  /** Most requests of a listener have the same value; it is checked once. */
  private volatile @Nullable String lastAllowed;

  /**
   * Creates a check.
   *
   * @param refusal answers refused requests; it gets the value of {@code Host}
   * @param next handles the other requests
   */
  public HostCheck(AllowedHosts allowed, Refusal refusal, HttpHandler next) {
    this.allowed = allowed;
    this.refusal = refusal;
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    HeaderValues hosts = exchange.getRequestHeaders().get(Headers.HOST);
    if (hosts != null) {
      for (int i = 0; i < hosts.size(); i++) {
        String host = hosts.get(i);
        if (!host.equals(lastAllowed)) {
          if (!allowed.allows(host)) {
            refusal.refuse(exchange, host);
            return;
          }
          lastAllowed = host;
        }
      }
    }
    next.handleRequest(exchange);
  }
}

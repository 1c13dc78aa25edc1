package dev.rapid.http.request;

import io.undertow.server.HttpServerExchange;

/**
 * Notices that the other side closed the connection of a parked exchange, or its half of it.
 *
 * <p>Undertow does not read while a request is being answered, so it does not see the end of the
 * stream. Bytes that arrive meanwhile are the next request of a client that does not wait for its
 * answers; they are kept, up to one buffer.
 */
public final class ConnectionWatch {

  private ConnectionWatch() {}

  /**
   * Calls {@code gone} on the I/O thread if the other side sends no more before the exchange ends.
   * The other side may still read; a caller for which that does not matter closes the connection.
   * To be called on the I/O thread, for an exchange whose request was read completely.
   */
  public static void watch(HttpServerExchange exchange, Runnable gone) {
    RequestConduit.of(exchange).watch(gone);
  }

  /**
   * Calls {@code gone} if the other side has closed the connection, which {@link #watch} would
   * notice a little later. To be called on the I/O thread, for an exchange that is watched.
   */
  public static void lookNow(HttpServerExchange exchange, Runnable gone) {
    if (exchange.getConnection().isOpen()) {
      RequestConduit.of(exchange).look(gone);
    }
  }

  /**
   * Returns whether the other side sends no more, for an exchange whose body is broken. To be
   * called on the I/O thread.
   */
  public static boolean hasEnded(HttpServerExchange exchange) {
    return RequestConduit.of(exchange).hasEnded();
  }
}

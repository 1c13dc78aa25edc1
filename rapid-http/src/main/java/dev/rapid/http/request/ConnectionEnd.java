package dev.rapid.http.request;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/** The end of one connection in a way that loses no request. Its public methods take any thread. */
public final class ConnectionEnd {

  private static final Logger LOG = System.getLogger(ConnectionEnd.class.getName());

  private final StreamConnection connection;

  /** Used on the I/O thread of the connection. */
  private @Nullable HttpServerExchange underWay;

  private volatile boolean due;

  ConnectionEnd(StreamConnection connection) {
    this.connection = connection;
  }

  /** The handler gets a request. Call it on the I/O thread. */
  void requestBegun(HttpServerExchange exchange) {
    underWay = exchange;
    if (due) {
      endWith(exchange);
    }
  }

  /** The answer was sent, and the connection can carry another request. On the I/O thread. */
  void requestEnded() {
    underWay = null;
  }

  /**
   * Lets the connection end with the answer to the request that is under way, or else to the next
   * one. The answer says so, unless its head is on its way already.
   */
  public void endWithAnswer() {
    due = true;
    onIoThread(() -> {
      HttpServerExchange exchange = underWay;
      if (exchange != null && !exchange.isComplete()) {
        endWith(exchange);
      }
    });
  }

  private static void endWith(HttpServerExchange exchange) {
    exchange.setPersistent(false);
    if (!exchange.isResponseStarted()) {
      exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
    }
  }

  /** Closes the connection if no request is under way. */
  public void closeIfIdle() {
    onIoThread(() -> {
      HttpServerExchange exchange = underWay;
      if (exchange == null || exchange.isComplete()) {
        IoUtils.safeClose(connection);
      }
    });
  }

  private void onIoThread(Runnable task) {
    if (Thread.currentThread().equals(connection.getIoThread())) {
      task.run();
      return;
    }
    try {
      connection.getIoThread().execute(task);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.TRACE, "The threads have ended", e);
    }
  }
}

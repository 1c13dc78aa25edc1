package dev.rapid.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.IoUtils;
import org.xnio.XnioWorker;

/**
 * The connections of one of several clients that share an address. A connection belongs to the
 * client as soon as a request on it does, so that those without a request are in no group.
 */
public final class ConnectionGroup {

  private final XnioWorker worker;
  private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();

  /** Creates a group without connections. */
  public ConnectionGroup(HttpWorker worker) {
    this.worker = worker.xnio();
  }

  /** Adds the connection of a request. Call it on the I/O thread. */
  public void add(HttpServerExchange exchange) {
    ServerConnection connection = exchange.getConnection();
    if (connections.add(connection)) {
      connection.addCloseListener(connections::remove);
    }
  }

  /**
   * Closes all connections of the group.
   *
   * @param closed runs when no request of theirs can reach a handler any more; on any thread
   */
  public void closeAll(Runnable closed) {
    AtomicBoolean over = new AtomicBoolean();
    Runnable end =
        () -> {
          if (over.compareAndSet(false, true)) {
            closed.run();
          }
        };
    AtomicInteger threadsLeft = new AtomicInteger(worker.getIoThreadCount());
    try {
      for (int i = 0; i < worker.getIoThreadCount(); i++) {
        worker
            .getIoThread(i)
            .execute(() -> {
              connections.forEach(IoUtils::safeClose);
              if (threadsLeft.decrementAndGet() == 0) {
                end.run();
              }
            });
      }
    } catch (RejectedExecutionException e) {
      end.run(); // The threads have ended, and no request is read any more.
    }
  }
}

package dev.rapid.http;

import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * One HTTP/1.1 address.
 *
 * <p>There are no read, write or idle time-outs: a parked poll may stay for hours, and a kept-alive
 * connection is never closed by the server (contract runtime-extensions-telemetry, section 0.2;
 * contract invoke-api, section 7.1). Paths reach the handler undecoded.
 */
public final class HttpListener implements AutoCloseable {

  private static final int BACKLOG = 4096;
  private static final OptionMap HTTP_OPTIONS =
      OptionMap.builder()
          .set(UndertowOptions.DECODE_URL, false)
          .set(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
          .set(UndertowOptions.ENABLE_HTTP2, false)
          .set(UndertowOptions.MAX_ENTITY_SIZE, -1L) // Each handler has a limit of its own.
          .getMap();

  private final XnioWorker worker;
  private final HttpOpenListener connections;
  private final AcceptingChannel<StreamConnection> socket;

  /** Those that are not over yet. As long as there is one, no connection is let in. */
  private final List<Sweep> sweeps = new CopyOnWriteArrayList<>();

  private HttpListener(HttpWorker worker, InetSocketAddress address) throws IOException {
    this.worker = worker.xnio();
    this.connections = new HttpOpenListener(worker.buffers(), HTTP_OPTIONS);
    OptionMap socketOptions =
        OptionMap.builder()
            .set(Options.BACKLOG, BACKLOG)
            .set(Options.TCP_NODELAY, true)
            .set(Options.REUSE_ADDRESSES, true)
            .getMap();
    this.socket =
        this.worker.createStreamConnectionServer(
            address, ChannelListeners.openListenerAdapter(this::accepted), socketOptions);
  }

  /**
   * Binds an address. Connections wait in the backlog until {@link #serve}.
   *
   * @param address where to listen; port 0 picks a free one
   * @throws IOException if the address cannot be bound
   */
  public static HttpListener bind(HttpWorker worker, InetSocketAddress address) throws IOException {
    return new HttpListener(worker, address);
  }

  /** Begins to accept connections and answers them with {@code handler}. */
  public void serve(HttpHandler handler) {
    connections.setRootHandler(new HttpContinueReadHandler(handler));
    socket.resumeAccepts();
  }

  private void accepted(StreamConnection connection) {
    if (sweeps.isEmpty()) {
      connections.handleEvent(connection);
      return;
    }
    SocketAddress peer = connection.getPeerAddress();
    IoUtils.safeClose(connection);
    for (Sweep sweep : sweeps) {
      if (sweep.isMarker(peer)) {
        sweep.reached();
      }
    }
  }

  /** Returns the address that is really bound. */
  public InetSocketAddress address() {
    return socket.getLocalAddress(InetSocketAddress.class);
  }

  /**
   * Closes all connections that clients have made by now, also those that wait in the backlog. A
   * connection that is made before this is over may be closed too.
   *
   * @param closed runs when no request of theirs can reach the handler any more; on any thread
   */
  public void closeConnections(Runnable closed) {
    Sweep sweep =
        new Sweep(
            worker,
            connections,
            over -> {
              sweeps.remove(over);
              closed.run();
            });
    sweeps.add(sweep);
    sweep.begin(address());
  }

  @Override
  public void close() {
    IoUtils.safeClose(socket);
    connections.closeConnections();
  }
}

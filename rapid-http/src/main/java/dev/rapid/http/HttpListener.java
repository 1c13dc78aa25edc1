package dev.rapid.http;

import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.channels.AcceptingChannel;

/**
 * One HTTP/1.1 address.
 *
 * <p>There are no read, write or idle time-outs: a parked poll may stay for hours, and a kept-alive
 * connection is never closed by the server (Runtime API contract, section 0.2; Invoke API contract,
 * section 7.1). Paths reach the handler undecoded.
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

  private final HttpOpenListener connections;
  private final AcceptingChannel<StreamConnection> socket;

  private HttpListener(HttpOpenListener connections, AcceptingChannel<StreamConnection> socket) {
    this.connections = connections;
    this.socket = socket;
  }

  /**
   * Binds an address. Connections wait in the backlog until {@link #serve}.
   *
   * @param address where to listen; port 0 picks a free one
   * @throws IOException if the address cannot be bound
   */
  public static HttpListener bind(HttpWorker worker, InetSocketAddress address) throws IOException {
    HttpOpenListener connections = new HttpOpenListener(worker.buffers(), HTTP_OPTIONS);
    OptionMap socketOptions =
        OptionMap.builder()
            .set(Options.BACKLOG, BACKLOG)
            .set(Options.TCP_NODELAY, true)
            .set(Options.REUSE_ADDRESSES, true)
            .getMap();
    AcceptingChannel<StreamConnection> socket =
        worker
            .xnio()
            .createStreamConnectionServer(
                address, ChannelListeners.openListenerAdapter(connections), socketOptions);
    return new HttpListener(connections, socket);
  }

  /** Begins to accept connections and answers them with {@code handler}. */
  public void serve(HttpHandler handler) {
    connections.setRootHandler(new HttpContinueReadHandler(handler));
    socket.resumeAccepts();
  }

  /** Returns the address that is really bound. */
  public InetSocketAddress address() {
    return socket.getLocalAddress(InetSocketAddress.class);
  }

  /** Closes all connections that are open now; new ones are accepted. */
  public void closeConnections() {
    connections.closeConnections();
  }

  @Override
  public void close() {
    IoUtils.safeClose(socket);
    closeConnections();
  }
}

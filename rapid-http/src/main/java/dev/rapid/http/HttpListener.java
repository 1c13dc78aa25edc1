package dev.rapid.http;

import dev.rapid.http.request.FaultHandler;
import dev.rapid.http.request.RequestConduit;
import dev.rapid.http.request.RequestLimits;
import dev.rapid.http.request.Requests;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xnio.ChannelListener;
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
          // What limits heads is RequestHead, which sees them before.
          .set(UndertowOptions.MAX_HEADER_SIZE, Integer.MAX_VALUE)
          .set(UndertowOptions.MAX_HEADERS, Integer.MAX_VALUE)
          .getMap();

  private final HttpWorker http;
  private final RequestLimits limits;
  private final XnioWorker worker;
  private final HttpOpenListener connections;
  private final AcceptingChannel<StreamConnection> socket;

  /** The sweeps that are under way. While there is one, no connection is accepted. */
  private final List<Sweep> sweeps = new CopyOnWriteArrayList<>();

  private HttpListener(
      HttpWorker worker, InetSocketAddress address, RequestLimits limits, int maxConnections)
      throws IOException {
    this.http = worker;
    this.limits = limits;
    this.worker = worker.xnio();
    this.connections = new HttpOpenListener(worker.buffers(), HTTP_OPTIONS);
    OptionMap socketOptions =
        OptionMap.builder()
            .set(Options.BACKLOG, BACKLOG)
            .set(Options.TCP_NODELAY, true)
            .set(Options.REUSE_ADDRESSES, true)
            .set(Options.CONNECTION_HIGH_WATER, maxConnections)
            .set(Options.CONNECTION_LOW_WATER, maxConnections)
            .getMap();
    this.socket =
        this.worker.createStreamConnectionServer(
            address, ChannelListeners.openListenerAdapter(this::accepted), socketOptions);
  }

  /**
   * Binds an address for callers, as {@link #bind(HttpWorker, InetSocketAddress, RequestLimits)}
   * does.
   */
  public static HttpListener bind(HttpWorker worker, InetSocketAddress address) throws IOException {
    return bind(worker, address, RequestLimits.CALLERS);
  }

  /**
   * Binds an address. Connections wait in the backlog until {@link #serve}.
   *
   * @param address where to listen; port 0 picks a free one
   * @param limits how much a client may send besides bodies
   * @throws IOException if the address cannot be bound
   */
  public static HttpListener bind(
      HttpWorker worker, InetSocketAddress address, RequestLimits limits) throws IOException {
    return bind(worker, address, limits, Descriptors.maxConnections());
  }

  /**
   * Binds an address as {@link #bind(HttpWorker, InetSocketAddress, RequestLimits)} does.
   *
   * @param maxConnections how many connections may be open at once; others wait in the backlog
   */
  static HttpListener bind(
      HttpWorker worker, InetSocketAddress address, RequestLimits limits, int maxConnections)
      throws IOException {
    return new HttpListener(worker, address, limits, maxConnections);
  }

  /** Serves {@code handler}; requests whose head is wrong are answered with a line of text. */
  public void serve(HttpHandler handler) {
    serve(handler, FaultHandler.TEXT);
  }

  /**
   * Begins to accept connections and answers them with {@code handler}. {@code faults} answers
   * requests whose head is wrong.
   */
  public void serve(HttpHandler handler, FaultHandler faults) {
    connections.setRootHandler(new Requests(handler, faults));
    socket.resumeAccepts();
  }

  private void accepted(StreamConnection connection) {
    if (sweeps.isEmpty()) {
      open(connection);
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

  private void open(StreamConnection connection) {
    RequestConduit requests = RequestConduit.install(connection, http.memory(), limits);
    connections.handleEvent(connection);
    // Undertow has set a listener of its own, and may have closed the connection already.
    ChannelListener<? super StreamConnection> closed = connection.getCloseListener();
    connection.setCloseListener(channel -> {
      requests.closed();
      ChannelListeners.invokeChannelListener(channel, closed);
    });
    if (!connection.isOpen()) {
      requests.closed();
    }
  }

  /** Returns the bound address, with the port that the system picked. */
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

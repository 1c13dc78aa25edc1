package dev.rapid.http;

import dev.rapid.http.request.ConnectionEnd;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
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

  private final Set<ConnectionEnd> open = ConcurrentHashMap.newKeySet();

  /** Whether each answer ends its connection. */
  private volatile boolean draining;

  /** Behind the last connection that is accepted, null while there is no last one. */
  private volatile @Nullable BacklogMarker end;

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
    BacklogMarker marker = end;
    if (marker != null && marker.isFrom(connection.getPeerAddress())) {
      IoUtils.safeClose(connection);
      marker.accepted();
      return;
    }
    if (sweeps.isEmpty()) {
      open(connection);
      return;
    }
    SocketAddress peer = connection.getPeerAddress();
    IoUtils.safeClose(connection);
    for (Sweep sweep : sweeps) {
      sweep.accepted(peer);
    }
  }

  private void open(StreamConnection connection) {
    RequestConduit requests = RequestConduit.install(connection, http.memory(), limits);
    open.add(requests.end());
    if (draining) {
      requests.end().endWithAnswer();
    }
    connections.handleEvent(connection);
    // Undertow has set a listener of its own, and may have closed the connection already.
    ChannelListener<? super StreamConnection> closed = connection.getCloseListener();
    connection.setCloseListener(channel -> {
      closed(requests);
      ChannelListeners.invokeChannelListener(channel, closed);
    });
    if (!connection.isOpen()) {
      closed(requests);
    }
  }

  private void closed(RequestConduit requests) {
    open.remove(requests.end());
    requests.closed();
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

  // ------------------------------------------------------------------ an end without losses

  /**
   * Lets each connection end with the answer to its next request, or to the one that is under way;
   * the answer says so. New connections are accepted.
   */
  public void endConnectionsWithAnswers() {
    draining = true;
    open.forEach(ConnectionEnd::endWithAnswer);
  }

  /**
   * Accepts the connections that wait in the backlog, and no more of them after that. Clients that
   * come later are refused by the system.
   *
   * @return completes when it is so, on any thread
   */
  public CompletableFuture<Void> stopAccepting() {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    BacklogMarker marker =
        new BacklogMarker(
            worker,
            () -> {
              IoUtils.safeClose(socket);
              stopped.complete(null);
            });
    end = marker;
    marker.begin(address());
    return stopped.whenComplete((nothing, failure) -> marker.close());
  }

  /** Closes the connections on which no request is under way. */
  public void closeIdleConnections() {
    open.forEach(ConnectionEnd::closeIfIdle);
  }

  /** Returns how many connections are open. */
  public int openConnections() {
    return open.size();
  }

  @Override
  public void close() {
    IoUtils.safeClose(socket);
    connections.closeConnections();
  }
}

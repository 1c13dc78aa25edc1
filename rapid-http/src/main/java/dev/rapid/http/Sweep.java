package dev.rapid.http;

import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.XnioWorker;

/**
 * Closes every connection to an address that was made before the sweep began.
 *
 * <p>Some of them wait in the system's backlog, perhaps with a complete request, where a program
 * cannot see them. But the backlog is a queue: the sweep connects to the address itself, and when
 * that connection, the marker, is accepted, all older ones have been accepted too. Then each I/O
 * thread closes what it has, so that no request of an old connection can arrive either.
 */
final class Sweep {

  private static final Logger LOG = System.getLogger(Sweep.class.getName());

  /** A sweep takes that long only without a free file descriptor or with a full backlog. */
  private static final long PATIENCE_SECONDS = 2;

  private final XnioWorker worker;
  private final HttpOpenListener connections;
  private final Consumer<Sweep> done;
  private final AtomicBoolean reached = new AtomicBoolean();
  private final AtomicBoolean finished = new AtomicBoolean();
  private final AtomicInteger threadsLeft = new AtomicInteger();
  private volatile @Nullable SocketChannel marker;
  private volatile @Nullable SocketAddress markerAddress;

  /**
   * Creates a sweep.
   *
   * @param connections knows the connections that were accepted
   * @param done is called once, on any thread
   */
  Sweep(XnioWorker worker, HttpOpenListener connections, Consumer<Sweep> done) {
    this.worker = worker;
    this.connections = connections;
    this.done = done;
  }

  /** Starts. From now on each accepted connection must be checked with {@link #isMarker}. */
  void begin(InetSocketAddress listening) {
    connections.closeConnections();
    try {
      worker.getIoThread(0).executeAfter(this::giveUp, PATIENCE_SECONDS, TimeUnit.SECONDS);
      connect(listening);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "Connections that were not accepted yet may stay open", e);
      reached();
    } catch (RejectedExecutionException e) {
      finish(); // The threads have ended, and no request is read any more.
    }
  }

  private void connect(InetSocketAddress listening) throws IOException {
    InetAddress host = listening.getAddress();
    if (host.isAnyLocalAddress()) {
      host = InetAddress.getLoopbackAddress();
    }
    SocketChannel channel = SocketChannel.open();
    marker = channel;
    // It may be accepted before connect returns, so its address must be known by then.
    channel.configureBlocking(false);
    channel.bind(new InetSocketAddress(host, 0));
    markerAddress = channel.getLocalAddress();
    channel.connect(new InetSocketAddress(host, listening.getPort()));
  }

  /** Returns whether {@code peer} is this sweep's own end of a connection. */
  boolean isMarker(@Nullable SocketAddress peer) {
    return peer != null && peer.equals(markerAddress);
  }

  /** The marker was accepted. */
  void reached() {
    if (!reached.compareAndSet(false, true)) {
      return;
    }
    int threads = worker.getIoThreadCount();
    threadsLeft.set(threads);
    try {
      for (int i = 0; i < threads; i++) {
        worker.getIoThread(i).execute(this::sweepThread);
      }
    } catch (RejectedExecutionException e) {
      finish();
    }
  }

  private void sweepThread() {
    connections.closeConnections();
    if (threadsLeft.decrementAndGet() == 0) {
      finish();
    }
  }

  private void giveUp() {
    if (!reached.get()) {
      LOG.log(Level.WARNING, "Connections that were not accepted yet may stay open");
      reached();
    }
  }

  private void finish() {
    if (finished.compareAndSet(false, true)) {
      IoUtils.safeClose(marker);
      done.accept(this);
    }
  }
}

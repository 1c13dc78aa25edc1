package dev.rapid.http;

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
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.XnioWorker;

/**
 * Finds out when all connections that wait in the backlog of an address have been accepted.
 *
 * <p>A program cannot see them. But the backlog is a queue: the marker connects to the address
 * itself, and when that connection is accepted, all older ones have been accepted too.
 */
final class BacklogMarker {

  private static final Logger LOG = System.getLogger(BacklogMarker.class.getName());

  /** It takes that long only without a free file descriptor or with a full backlog. */
  private static final long PATIENCE_SECONDS = 2;

  private final XnioWorker worker;
  private final Runnable passed;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile @Nullable SocketChannel channel;
  private volatile @Nullable SocketAddress address;

  /**
   * Creates a marker that is not in the backlog yet.
   *
   * @param passed is called once, on any thread
   */
  BacklogMarker(XnioWorker worker, Runnable passed) {
    this.worker = worker;
    this.passed = passed;
  }

  /** Connects. From now on each accepted connection must be checked with {@link #isFrom}. */
  void begin(InetSocketAddress listening) {
    try {
      worker.getIoThread(0).executeAfter(this::giveUp, PATIENCE_SECONDS, TimeUnit.SECONDS);
      connect(listening);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "Connections that were not accepted yet may stay open", e);
      accepted();
    } catch (RejectedExecutionException e) {
      accepted(); // The threads have ended, and no request is read any more.
    }
  }

  private void connect(InetSocketAddress listening) throws IOException {
    InetAddress host = listening.getAddress();
    if (host.isAnyLocalAddress()) {
      host = InetAddress.getLoopbackAddress();
    }
    SocketChannel connecting = SocketChannel.open();
    channel = connecting;
    // It may be accepted before connect returns, so its address must be known by then.
    connecting.configureBlocking(false);
    connecting.bind(new InetSocketAddress(host, 0));
    address = connecting.getLocalAddress();
    connecting.connect(new InetSocketAddress(host, listening.getPort()));
  }

  /** Returns whether {@code peer} is the marker's own end of a connection. */
  boolean isFrom(@Nullable SocketAddress peer) {
    return peer != null && peer.equals(address);
  }

  /** The marker was accepted. */
  void accepted() {
    if (over.compareAndSet(false, true)) {
      passed.run();
    }
  }

  private void giveUp() {
    if (!over.get()) {
      LOG.log(Level.WARNING, "Connections that were not accepted yet may stay open");
      accepted();
    }
  }

  /** Closes the marker's own end. */
  void close() {
    IoUtils.safeClose(channel);
  }
}

package dev.rapid.http;

import io.undertow.server.protocol.http.HttpOpenListener;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioWorker;

/**
 * Closes every connection to an address that was made before the sweep began.
 *
 * <p>Some of them wait in the system's backlog, perhaps with a complete request. When a {@link
 * BacklogMarker} is accepted, all older ones have been accepted too. Then each I/O thread closes
 * what it has, so that no request of an old connection can arrive either.
 */
final class Sweep {

  private final XnioWorker worker;
  private final HttpOpenListener connections;
  private final Consumer<Sweep> done;
  private final BacklogMarker marker;
  private final AtomicBoolean finished = new AtomicBoolean();
  private final AtomicInteger threadsLeft = new AtomicInteger();

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
    this.marker = new BacklogMarker(worker, this::allAccepted);
  }

  /** Starts. From now on each accepted connection must be passed to {@link #accepted}. */
  void begin(InetSocketAddress listening) {
    connections.closeConnections();
    marker.begin(listening);
  }

  /** A connection of {@code peer} was accepted. */
  void accepted(@Nullable SocketAddress peer) {
    if (marker.isFrom(peer)) {
      marker.accepted();
    }
  }

  private void allAccepted() {
    int threads = worker.getIoThreadCount();
    threadsLeft.set(threads);
    try {
      for (int i = 0; i < threads; i++) {
        worker.getIoThread(i).execute(this::sweepThread);
      }
    } catch (RejectedExecutionException e) {
      finish(); // The threads have ended, and no request is read any more.
    }
  }

  private void sweepThread() {
    connections.closeConnections();
    if (threadsLeft.decrementAndGet() == 0) {
      finish();
    }
  }

  private void finish() {
    if (finished.compareAndSet(false, true)) {
      marker.close();
      done.accept(this);
    }
  }
}

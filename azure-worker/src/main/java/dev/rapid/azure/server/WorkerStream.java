package dev.rapid.azure.server;

import dev.rapid.azure.protocol.StreamingMessage;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes the messages of one stream in their order, as fast as the worker takes them: gRPC has at
 * most one message more than the worker's window. Thread-safe; after the end messages are dropped.
 */
final class WorkerStream {

  private final ServerCall<StreamingMessage, StreamingMessage> call;

  // All guarded by this.
  private final Deque<Outgoing> waiting = new ArrayDeque<>();
  private boolean writing;
  private boolean closed;

  /** A message on its way. */
  static final class Outgoing {

    private final StreamingMessage message;
    private final Runnable done;
    private boolean written;

    private Outgoing(StreamingMessage message, Runnable done) {
      this.message = message;
      this.done = done;
    }
  }

  WorkerStream(ServerCall<StreamingMessage, StreamingMessage> call) {
    this.call = call;
  }

  /**
   * Sends the headers. They name a compression although messages are not compressed: a worker is in
   * use that cannot read the name of no compression (contract azure-functions-worker, section 2.1).
   */
  synchronized void open() {
    call.setCompression("gzip");
    call.setMessageCompression(false);
    call.sendHeaders(new Metadata());
  }

  /** Writes a message when its turn comes. */
  void send(StreamingMessage message) {
    Outgoing unused = send(message, () -> {});
  }

  /**
   * Writes a message when its turn comes.
   *
   * @param done runs once, when gRPC has a copy of it, or when it is dropped; must not block
   */
  Outgoing send(StreamingMessage message, Runnable done) {
    Outgoing outgoing = new Outgoing(message, done);
    boolean dropped;
    synchronized (this) {
      dropped = closed;
      if (!dropped) {
        waiting.add(outgoing);
      }
    }
    if (dropped) {
      done.run();
    } else {
      proceed();
    }
    return outgoing;
  }

  /** Takes a message back, and returns whether nothing of it was written. */
  boolean withdraw(Outgoing outgoing) {
    boolean waited;
    boolean written;
    synchronized (this) {
      waited = waiting.remove(outgoing);
      written = outgoing.written;
    }
    if (waited) {
      outgoing.done.run();
    }
    return !written;
  }

  /** Writes what the worker takes now, on one thread at a time. */
  void proceed() {
    synchronized (this) {
      if (writing) {
        return;
      }
      writing = true;
    }
    for (Outgoing sent = next(); sent != null; sent = next()) {
      // Not under the lock.
      sent.done.run();
    }
  }

  private synchronized @Nullable Outgoing next() {
    if (closed || waiting.isEmpty() || !call.isReady()) {
      writing = false;
      return null;
    }
    Outgoing first = waiting.remove();
    first.written = true;
    call.sendMessage(first.message);
    return first;
  }

  /** Ends the host's side; what waits is dropped. */
  void end() {
    close(Status.OK);
  }

  /** Ends a stream that nothing was sent over. */
  void refuse(Status status) {
    close(status);
  }

  /** The worker is gone. */
  void abandon() {
    close(null);
  }

  private void close(@Nullable Status status) {
    Deque<Outgoing> dropped;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      dropped = new ArrayDeque<>(waiting);
      waiting.clear();
      if (status != null) {
        call.close(status, new Metadata());
      }
    }
    dropped.forEach(each -> each.done.run());
  }
}

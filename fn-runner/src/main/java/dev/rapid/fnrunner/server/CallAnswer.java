package dev.rapid.fnrunner.server;

import com.google.protobuf.UnsafeByteOperations;
import dev.rapid.core.invocation.Payload;
import dev.rapid.fnrunner.server.protocol.CallFinished;
import dev.rapid.fnrunner.server.protocol.CallResultStart;
import dev.rapid.fnrunner.server.protocol.DataFrame;
import dev.rapid.fnrunner.server.protocol.HttpHeader;
import dev.rapid.fnrunner.server.protocol.HttpRespMeta;
import dev.rapid.fnrunner.server.protocol.RunnerMsg;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer of a call: its head, frames at the pace of the caller, and how it ended. Its
 * methods may be called on any thread; after the end they do nothing.
 */
final class CallAnswer {

  /** What both sides of the protocol put into a frame (contract fn-runner, section 1.1). */
  private static final int FRAME_BYTES = 10_240;

  private final ServerCall<?, RunnerMsg> call;
  private final Runnable whenClosed;

  // All guarded by this.
  private final Deque<Payload> pieces = new ArrayDeque<>();

  /** What is left of the first piece, null if none of it was sent. */
  private @Nullable Deque<ByteBuffer> rest;

  private boolean headersSent;
  private boolean headSent;
  private boolean writing;
  private @Nullable CallFinished finish;
  private boolean dropRest;
  private boolean closed;

  /**
   * @param whenClosed runs once, before the caller learns of the end; must not block
   */
  CallAnswer(ServerCall<?, RunnerMsg> call, Runnable whenClosed) {
    this.call = call;
    this.whenClosed = whenClosed;
  }

  /** Sends the head of the answer, once. */
  synchronized void begin(int status, Iterable<HttpHeader> headers) {
    if (closed || headSent) {
      return;
    }
    headSent = true;
    send(
        RunnerMsg.newBuilder()
            .setResultStart(
                CallResultStart.newBuilder()
                    .setHttp(
                        HttpRespMeta.newBuilder().setStatusCode(status).addAllHeaders(headers)))
            .build());
  }

  /** Sends bytes as soon as the caller takes them, and then releases them. */
  void write(Payload bytes) {
    boolean dropped;
    synchronized (this) {
      dropped = closed || finish != null;
      if (!dropped) {
        pieces.add(bytes);
      }
    }
    if (dropped) {
      bytes.release();
    } else {
      proceed();
    }
  }

  /**
   * Ends the call after what was written.
   *
   * @param dropRest whether bytes that the caller does not take now are dropped
   * @return whether this is the end of the call, and not an earlier one
   */
  boolean finish(CallFinished last, boolean dropRest) {
    synchronized (this) {
      if (closed || finish != null) {
        return false;
      }
      finish = last;
      this.dropRest = dropRest;
    }
    proceed();
    return true;
  }

  /** Ends the call because its caller has broken the protocol. */
  void breakOff(Status status) {
    synchronized (this) {
      if (closed) {
        return;
      }
      end();
      call.close(status, new Metadata());
    }
    proceed();
  }

  /** The caller has gone. */
  void abandon() {
    synchronized (this) {
      end();
    }
    proceed();
  }

  /** Sends what the caller takes, on one thread at a time. */
  void proceed() {
    synchronized (this) {
      if (writing) {
        return;
      }
      writing = true;
    }
    while (true) {
      Payload done;
      synchronized (this) {
        done = sendPiece();
        if (done == null) {
          writing = false;
          return;
        }
      }
      // Not under the lock: the worker may go on at once.
      done.release();
    }
  }

  /** Returns a piece that is sent or dropped; null if nothing can be done now. */
  private @Nullable Payload sendPiece() {
    Payload first = pieces.peek();
    if (first == null) {
      close();
      return null;
    }
    Deque<ByteBuffer> buffers = rest;
    if (buffers == null) {
      buffers = new ArrayDeque<>(first.buffers());
    }
    while (!closed && !buffers.isEmpty()) {
      if (!call.isReady()) {
        if (dropRest) {
          break;
        }
        rest = buffers;
        return null;
      }
      ByteBuffer buffer = buffers.peek();
      int length = Math.min(FRAME_BYTES, buffer.remaining());
      if (length > 0) {
        // gRPC copies the bytes before the call returns.
        send(
            RunnerMsg.newBuilder()
                .setData(
                    DataFrame.newBuilder()
                        .setData(
                            UnsafeByteOperations.unsafeWrap(
                                buffer.slice(buffer.position(), length))))
                .build());
        buffer.position(buffer.position() + length);
      }
      if (!buffer.hasRemaining()) {
        buffers.poll();
      }
    }
    rest = null;
    return pieces.poll();
  }

  private void close() {
    CallFinished last = finish;
    if (last != null && !closed) {
      end();
      send(RunnerMsg.newBuilder().setFinished(last).build());
      call.close(Status.OK, new Metadata());
    }
  }

  private void end() {
    if (!closed) {
      closed = true;
      whenClosed.run();
    }
  }

  private void send(RunnerMsg message) {
    if (!headersSent) {
      headersSent = true;
      call.sendHeaders(new Metadata());
    }
    call.sendMessage(message);
  }
}

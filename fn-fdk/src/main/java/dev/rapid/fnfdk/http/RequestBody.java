package dev.rapid.fnfdk.http;

import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.StreamedPayload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.ByteBuffer;

/**
 * Writes the payload of a call. A payload that is still arriving is passed on piece by piece; a
 * piece is released when the system has taken it, so that the worker sets the pace.
 */
final class RequestBody implements StreamedPayload.Receiver {

  private final WorkerLink link;
  private final WorkerConnection connection;
  private final Payload payload;
  private final Runnable callerGone;
  private boolean written;
  private boolean abandoned;
  private boolean lastQueued;

  /**
   * @param payload released when nothing of it is read any more
   * @param callerGone run if the payload breaks off
   */
  RequestBody(WorkerLink link, WorkerConnection connection, Payload payload, Runnable callerGone) {
    this.link = link;
    this.connection = connection;
    this.payload = payload;
    this.callerGone = callerGone;
  }

  void start() {
    if (payload instanceof StreamedPayload arriving) {
      arriving.passTo(this);
    } else {
      if (payload.size() > 0) {
        var unused = connection.write(new DefaultHttpContent(bytesOf(payload)));
      }
      last();
    }
    connection.flush();
  }

  private static ByteBuf bytesOf(Payload payload) {
    return Unpooled.wrappedBuffer(payload.buffers().toArray(ByteBuffer[]::new));
  }

  @Override
  public void write(Payload bytes) {
    link.run(() -> {
      if (abandoned) {
        bytes.release();
      } else {
        var unused =
            connection
                .write(new DefaultHttpContent(bytesOf(bytes)))
                .addListener(done -> bytes.release());
        connection.flush();
      }
    });
  }

  @Override
  public void complete() {
    link.run(() -> {
      if (!abandoned) {
        last();
        connection.flush();
      }
    });
  }

  @Override
  public void truncated() {
    link.run(() -> {
      if (!abandoned) {
        callerGone.run();
      }
    });
  }

  /** The end is written, or fails with the connection: then nothing reads the payload any more. */
  private void last() {
    lastQueued = true;
    var unused =
        connection
            .write(LastHttpContent.EMPTY_LAST_CONTENT)
            .addListener(done -> {
              written = done.isSuccess();
              payload.release();
            });
  }

  /** Returns whether the system has taken all of it. */
  boolean isWritten() {
    return written;
  }

  /** Nothing more of it is written; to be called before the connection is closed. */
  void abandon() {
    if (!abandoned) {
      abandoned = true;
      if (!lastQueued) {
        payload.release();
      }
    }
  }
}

package dev.rapid.http.answer;

import dev.rapid.core.invocation.Payload;
import dev.rapid.core.shaping.Pacer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;

/**
 * Writes an answer piece by piece in chunks, each flushed at once, at the pace of a {@link Pacer}.
 * All methods are to be called on the I/O thread of the exchange.
 */
public final class StreamedAnswer {

  /** How bytes of the response look on the wire. */
  @FunctionalInterface
  public interface Framing {

    /** As they are. */
    Framing NONE = bytes -> bytes;

    /** Returns what is to be written for {@code bytes}; it is used before the next call. */
    ByteBuffer around(ByteBuffer bytes);
  }

  /** How many bytes of the response are framed and written at once at the most. */
  public static final int MAX_WRITE_BYTES = 64 * 1024;

  private final HttpServerExchange exchange;
  private final Pacer pacer;
  private final Framing framing;
  private final long maxBytes;
  private final Answers.Listener listener;

  private final Queue<Payload> pieces = new ArrayDeque<>();
  private @Nullable StreamSinkChannel channel;
  private @Nullable Payload piece;
  private @Nullable ByteBuffer rest;
  private @Nullable ByteBuffer frame;
  private int frameBytes;
  private long admitted;
  private @Nullable ByteBuffer last;
  private boolean dropped;
  private boolean writing;
  private boolean unflushed;
  private boolean flushed;
  private boolean paused;
  private boolean ending;
  private boolean shut;
  private boolean closed;

  /**
   * Creates an answer with the status and headers that {@code exchange} has already.
   *
   * @param maxBytes bytes of the response beyond this are dropped
   * @param listener is called when all was written or when it failed
   */
  public StreamedAnswer(
      HttpServerExchange exchange,
      Pacer pacer,
      Framing framing,
      long maxBytes,
      Answers.Listener listener) {
    this.exchange = exchange;
    this.pacer = pacer;
    this.framing = framing;
    this.maxBytes = maxBytes;
    this.listener = listener;
    if (exchange.isHttp11()) {
      exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, Headers.CHUNKED.toString());
    } else {
      exchange.getResponseHeaders().remove(Headers.TRAILER);
    }
    if (exchange.getConnection() instanceof HttpServerConnection connection) {
      // A connection that Rapid itself closes meanwhile, on any thread, wakes no writer.
      connection
          .getChannel()
          .getSinkChannel()
          .setCloseListener(sink -> exchange.getIoThread().execute(this::failed));
    }
  }

  /** Writes {@code bytes}, and releases them when they were written or cannot be. */
  public void write(Payload bytes) {
    if (closed || ending) {
      bytes.release();
      return;
    }
    pieces.add(bytes);
    advance();
  }

  /**
   * Ends the answer after all pieces.
   *
   * @param end written as it is, without the pacer
   * @param trailers behind the last chunk; a client that speaks HTTP/1.0 gets none
   */
  public void end(ByteBuffer end, HeaderMap trailers) {
    if (closed || ending) {
      return;
    }
    ending = true;
    last = end;
    if (exchange.isHttp11()) {
      exchange.putAttachment(HttpAttachments.RESPONSE_TRAILERS, trailers);
    }
    advance();
  }

  /** Returns whether bytes behind the limit were dropped so far. */
  public boolean hasDropped() {
    return dropped;
  }

  /** Drops the pieces that were not written yet; {@link #end} may follow. */
  public void dropRest() {
    ByteBuffer part = rest;
    if (part != null) {
      part.position(part.limit());
    }
    pieces.forEach(Payload::release);
    pieces.clear();
    paused = false;
    advance();
  }

  /**
   * Closes the connection without the last chunk, so that the client sees that bytes are missing.
   */
  public void cut() {
    IoUtils.safeClose(exchange.getConnection());
    failed();
  }

  private void advance() {
    if (writing || paused) {
      return;
    }
    writing = true;
    try {
      while (!closed && step()) {
        // Each step writes a part.
      }
    } catch (IOException e) {
      IoUtils.safeClose(exchange.getConnection());
      failed();
    } finally {
      writing = false;
    }
  }

  /** Returns whether there is more to do now. */
  private boolean step() throws IOException {
    if (shut) {
      return finish();
    }
    ByteBuffer part = frame;
    if (part != null) {
      while (part.hasRemaining()) {
        if (channel().write(part) == 0) {
          return awaitRoom();
        }
      }
      frame = null;
      unflushed = true;
      pacer.produced(frameBytes);
      frameBytes = 0;
    }
    if (unflushed) {
      if (!channel().flush()) {
        return awaitRoom();
      }
      unflushed = false;
      flushed = true;
    }
    return nextFrame();
  }

  private boolean nextFrame() {
    ByteBuffer part = rest;
    if (part == null || !part.hasRemaining()) {
      release();
      Payload next = pieces.poll();
      if (next == null) {
        return ending && endFrame();
      }
      piece = next;
      part = next.buffers().getFirst();
      int room = (int) Math.min(part.remaining(), maxBytes - admitted);
      dropped |= room < part.remaining();
      rest = part.limit(part.position() + room);
      return true;
    }
    int length = pacer.admit(Math.min(part.remaining(), MAX_WRITE_BYTES), this::resume);
    if (length == 0) {
      paused = true;
      return false;
    }
    admitted += length;
    frameBytes = length;
    frame = framing.around(part.slice(part.position(), length));
    part.position(part.position() + length);
    return true;
  }

  private void resume() {
    exchange
        .getIoThread()
        .execute(() -> {
          paused = false;
          advance();
        });
  }

  private void release() {
    Payload written = piece;
    piece = null;
    rest = null;
    if (written != null) {
      written.release();
    }
  }

  private boolean endFrame() {
    ByteBuffer end = last;
    if (end != null && end.hasRemaining()) {
      frame = end;
      last = null;
    } else if (!flushed) {
      unflushed = true; // Undertow declares a length of zero for an answer that ends unflushed.
    } else {
      shut = true;
    }
    return true;
  }

  private boolean finish() throws IOException {
    channel().shutdownWrites();
    if (!channel().flush()) {
      return awaitRoom();
    }
    closed = true;
    exchange.endExchange();
    listener.written();
    return false;
  }

  private StreamSinkChannel channel() throws IOException {
    StreamSinkChannel sink = channel;
    if (sink == null) {
      sink = exchange.getResponseChannel();
      if (sink == null) {
        throw new IOException("The exchange has ended");
      }
      channel = sink;
      sink.getWriteSetter()
          .set(ready -> {
            ready.suspendWrites();
            advance();
          });
    }
    return sink;
  }

  private boolean awaitRoom() throws IOException {
    channel().resumeWrites();
    return false;
  }

  private void failed() {
    if (closed) {
      return;
    }
    closed = true;
    frame = null;
    release();
    pieces.forEach(Payload::release);
    pieces.clear();
    listener.failed();
  }
}

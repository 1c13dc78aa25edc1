package dev.rapid.kapacitor.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.rapid.kapacitor.codec.FrameException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a stream. It reads ahead, so that many short frames cost one read. Memory
 * is reserved as the bytes of a frame arrive: a length alone reserves nothing. For one thread.
 *
 * @param <M> what the stream consists of
 */
public final class FrameReader<M extends MessageLite> {

  private static final int BUFFER_BYTES = 32 * 1024;

  /** What an array can have at most, with room for the length of a message. */
  private static final int MOST_BYTES = Integer.MAX_VALUE - 64;

  private final Parser<M> parser;
  private final InputStream in;
  private final int maxFrameBytes;

  private byte[] buffer = new byte[BUFFER_BYTES];
  private int start;
  private int end;

  /** The length of the current message, and how many bytes it was written with. */
  private long bodyBytes;

  private int headerBytes;

  /** How the frame begins whose rest is waited for; null if it is not begun. */
  private volatile byte @Nullable [] begun;

  /** The length of the frame that {@link #next} has returned. */
  private int lastFrameBytes;

  /**
   * Reads from a stream, which the caller closes.
   *
   * @param maxFrameBytes the longest message, in bytes
   */
  public FrameReader(Parser<M> parser, InputStream in, int maxFrameBytes) {
    this.parser = parser;
    this.in = in;
    this.maxFrameBytes = Math.min(maxFrameBytes, MOST_BYTES);
  }

  /**
   * Returns the next message, or null if the input has ended after a frame. A message without
   * content is legal here (contract kapacitor-udf, section 1, F4).
   *
   * @throws FrameException if the peer has sent something else
   * @throws IOException if the stream cannot be read
   */
  public @Nullable M next() throws IOException {
    while (!readHeader()) {
      if (!fill(end - start + 1)) {
        if (start == end) {
          return null;
        }
        throw failure(Reason.TRUNCATED, "truncated frame: the input ended in its length", null);
      }
    }
    int frameBytes = headerBytes + (int) bodyBytes;
    while (end - start < frameBytes) {
      if (!fill(frameBytes)) {
        int missing = frameBytes - (end - start);
        throw failure(
            Reason.TRUNCATED,
            "truncated frame: %d of %d bytes of its message are missing"
                .formatted(missing, bodyBytes),
            null);
      }
    }
    M message;
    try {
      message = parser.parseFrom(buffer, start + headerBytes, (int) bodyBytes);
    } catch (InvalidProtocolBufferException e) {
      throw failure(
          Reason.UNDECODABLE,
          "undecodable frame: its %d bytes are not a message: %s"
              .formatted(bodyBytes, e.getMessage()),
          e);
    }
    start += frameBytes;
    lastFrameBytes = frameBytes;
    return message;
  }

  /** Returns how long the frame was that {@link #next} has returned last, in bytes. */
  public int lastFrameBytes() {
    return lastFrameBytes;
  }

  /**
   * Returns how a frame begins whose rest has not come, null if no frame has begun. May be called
   * by any thread, while another one waits in {@link #next}.
   */
  public @Nullable String incompleteFrame() {
    byte[] first = begun;
    return first == null ? null : FrameException.beginning(first, 0, first.length);
  }

  /** Returns whether {@link #next} finds a frame without reading. */
  public boolean hasBuffered() {
    try {
      return readHeader() && end - start >= headerBytes + bodyBytes;
    } catch (FrameException e) {
      // The caller gets it from next, which does not read for it either.
      return true;
    }
  }

  /** Reads the length of the next message, unless some of its bytes are still to come. */
  private boolean readHeader() throws FrameException {
    long value = 0;
    for (int i = 0; start + i < end; i++) {
      byte b = buffer[start + i];
      value |= (b & 0x7fL) << (7 * i);
      if (b >= 0) {
        if (value > maxFrameBytes) {
          throw failure(
              Reason.TOO_LONG,
              "frame too long: its message has %d bytes, the limit is %d"
                  .formatted(value, maxFrameBytes),
              null);
        }
        bodyBytes = value;
        headerBytes = i + 1;
        return true;
      }
      if (i + 1 == Frames.MAX_HEADER_BYTES) {
        throw failure(
            Reason.LONG_HEADER,
            "bad frame: its length has more than %d bytes".formatted(Frames.MAX_HEADER_BYTES),
            null);
      }
    }
    return false;
  }

  /**
   * Reads what is there.
   *
   * @param frameBytes how many bytes the frame needs in all
   * @return false if the input has ended
   */
  private boolean fill(int frameBytes) throws IOException {
    makeRoom(frameBytes);
    int first = Math.min(end, start + FrameException.shownBytes());
    begun = first == start ? null : Arrays.copyOfRange(buffer, start, first);
    int read = in.read(buffer, end, buffer.length - end);
    if (read < 0) {
      return false;
    }
    end += read;
    return true;
  }

  private void makeRoom(int frameBytes) {
    int held = end - start;
    boolean atStart = start == 0;
    boolean fits = start + frameBytes <= buffer.length;
    if (held == 0 && buffer.length > BUFFER_BYTES && frameBytes <= BUFFER_BYTES) {
      // A long frame does not keep its memory for ever.
      buffer = new byte[BUFFER_BYTES];
    } else if (end == buffer.length && atStart) {
      int twice = (int) Math.min(2L * buffer.length, Integer.MAX_VALUE);
      buffer = Arrays.copyOf(buffer, Math.min(twice, Math.max(frameBytes, BUFFER_BYTES)));
      return;
    } else if (!atStart && (held == 0 || !fits || end == buffer.length)) {
      System.arraycopy(buffer, start, buffer, 0, held);
    } else {
      return;
    }
    start = 0;
    end = held;
  }

  private FrameException failure(Reason reason, String message, @Nullable Throwable cause) {
    return FrameException.of(reason, message, buffer, start, end, cause);
  }
}

package dev.rapid.http.request;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the framing of a chunked body: sizes, line ends and trailers (RFC 9112, section 7.1).
 * Anything else is a fault. It does not read the data itself.
 */
final class ChunkFraming {

  private enum State {
    SIZE_START,
    SIZE,
    SIZE_SPACE,
    EXTENSION,
    SIZE_END,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_END,
    LAST_LF,
    ENDED
  }

  private static final long MAX_SIZE_BEFORE_DIGIT = Long.MAX_VALUE >> 4;
  private static final int MAX_SIZE_LINE = 4096;
  private static final int RESERVED_AT_ONCE = 64 * 1024;

  /** The memory of a trailer besides its characters, in bytes. */
  private static final int TRAILER_OVERHEAD = 128;

  private final PayloadMemory memory;
  private final int maxTrailerBytes;
  private final Map<String, String> trailers = new HashMap<>();
  private State state = State.SIZE_START;
  private long remaining;
  private int sizeLineBytes;
  private byte[] line = {};
  private int lineBytes;
  private int nameBytes;
  private int trailerBytes;
  private int reserved;

  /**
   * Creates the framing of one body.
   *
   * @param memory the budget that larger trailers are reserved from
   */
  ChunkFraming(PayloadMemory memory, int maxTrailerBytes) {
    this.memory = memory;
    this.maxTrailerBytes = maxTrailerBytes;
  }

  /** Returns how many bytes of data come next; none while a line is expected. */
  long remaining() {
    return state == State.DATA ? remaining : 0;
  }

  /** Subtracts {@code count} bytes of data from {@link #remaining}. */
  void dataRead(long count) {
    remaining -= count;
    if (remaining == 0) {
      state = State.DATA_CR;
    }
  }

  /** Returns whether the body and its trailers are complete. */
  boolean ended() {
    return state == State.ENDED;
  }

  /** Returns the first value of a trailer, null if it was not sent. */
  @Nullable String trailer(String name) {
    return trailers.get(name.toLowerCase(Locale.ROOT));
  }

  /** Releases the memory of the trailers. */
  void release() {
    memory.unreserve(reserved);
    reserved = 0;
    trailers.clear();
    line = new byte[0];
  }

  /**
   * Reads lines until data comes, the body has ended or {@code in} is empty.
   *
   * @throws OversizedTrailersException if there are more trailers than is allowed
   * @throws IOException if the framing is malformed
   */
  void read(ByteBuffer in) throws IOException {
    while (in.hasRemaining() && state != State.DATA && state != State.ENDED) {
      step(in.get());
    }
  }

  private void step(byte b) throws IOException {
    switch (state) {
      case SIZE_START -> {
        remaining = 0;
        sizeLineBytes = 0;
        state = State.SIZE;
        require(Character.digit(b, 16) >= 0);
        sizeByte(b);
      }
      case SIZE -> sizeByte(b);
      case SIZE_SPACE -> sizeSpace(b);
      case EXTENSION -> {
        countSizeLine();
        if (b == '\r') {
          state = State.SIZE_END;
        } else {
          require(isText(b));
        }
      }
      case SIZE_END -> {
        require(b == '\n');
        state = remaining == 0 ? State.TRAILER_START : State.DATA;
      }
      case DATA_CR -> {
        require(b == '\r');
        state = State.DATA_LF;
      }
      case DATA_LF -> {
        require(b == '\n');
        state = State.SIZE_START;
      }
      case TRAILER_START -> {
        if (b == '\r') {
          state = State.LAST_LF;
        } else {
          lineBytes = 0;
          state = State.TRAILER_NAME;
          nameByte(b);
        }
      }
      case TRAILER_NAME -> nameByte(b);
      case TRAILER_VALUE -> {
        if (b == '\r') {
          state = State.TRAILER_END;
        } else {
          require(isText(b));
          append(b);
        }
      }
      case TRAILER_END -> {
        require(b == '\n');
        keepTrailer();
        state = State.TRAILER_START;
      }
      case LAST_LF -> {
        require(b == '\n');
        state = State.ENDED;
      }
      case DATA, ENDED -> throw new IllegalStateException();
    }
  }

  private void sizeByte(byte b) throws IOException {
    countSizeLine();
    int digit = Character.digit(b, 16);
    if (digit >= 0) {
      require(remaining <= MAX_SIZE_BEFORE_DIGIT);
      remaining = remaining << 4 | digit;
    } else {
      sizeSpace(b);
    }
  }

  private void sizeSpace(byte b) throws IOException {
    countSizeLine();
    state =
        switch (b) {
          case ' ', '\t' -> State.SIZE_SPACE;
          case ';' -> State.EXTENSION;
          case '\r' -> State.SIZE_END;
          default -> throw malformed();
        };
  }

  private void countSizeLine() throws IOException {
    require(++sizeLineBytes <= MAX_SIZE_LINE);
  }

  private static boolean isText(byte b) {
    return b == '\t' || ((b & 0xff) >= ' ' && b != 0x7f);
  }

  private void nameByte(byte b) throws IOException {
    if (b == ':') {
      require(lineBytes > 0);
      nameBytes = lineBytes;
      state = State.TRAILER_VALUE;
    } else {
      require(RequestHead.isToken(b));
      append(b);
    }
  }

  private void append(byte b) throws IOException {
    if (++trailerBytes > maxTrailerBytes) {
      throw new OversizedTrailersException();
    }
    if (trailerBytes > reserved) {
      if (!memory.reserve(RESERVED_AT_ONCE)) {
        throw new OversizedTrailersException();
      }
      reserved += RESERVED_AT_ONCE;
    }
    if (lineBytes == line.length) {
      line = Arrays.copyOf(line, Math.max(256, 2 * line.length));
    }
    line[lineBytes++] = b;
  }

  private void keepTrailer() {
    trailerBytes += TRAILER_OVERHEAD;
    String name = new String(line, 0, nameBytes, StandardCharsets.ISO_8859_1);
    String value =
        new String(line, nameBytes, lineBytes - nameBytes, StandardCharsets.ISO_8859_1).trim();
    trailers.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
  }

  private static void require(boolean wellFormed) throws IOException {
    if (!wellFormed) {
      throw malformed();
    }
  }

  private static IOException malformed() {
    return new IOException("The framing of a chunked body is malformed");
  }

  /** There are more trailers than is allowed. */
  static final class OversizedTrailersException extends IOException {

    private static final long serialVersionUID = 1;

    OversizedTrailersException() {
      super("The trailers are too large");
    }
  }
}

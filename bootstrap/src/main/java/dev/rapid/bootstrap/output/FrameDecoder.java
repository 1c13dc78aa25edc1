package dev.rapid.bootstrap.output;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the messages of a framed log among the other output of a runtime (contract
 * runtime-extensions-telemetry, section 7.6).
 *
 * <pre>
 * a5 5a 00 flags | length, 4 bytes | microseconds since 1970, 8 bytes | message
 * </pre>
 *
 * <p>Numbers are big-endian. Of the flags, bit 1 says that there is a time, and bits 2 to 4 are the
 * level, from 1 for TRACE to 6 for FATAL. The other bits are ignored.
 *
 * <p>No byte is lost: what does not begin like a frame is passed on as plain output, and so is a
 * frame that claims more than {@value #MAX_FRAME_BYTES} bytes. A frame that begins inside of
 * another one shows that the other was cut short; what it has is passed on. Messages of more than
 * {@value #MAX_MESSAGE_BYTES} bytes come in pieces, so that the decoder never keeps more than this.
 */
final class FrameDecoder {

  /** The limit of a line, and of an event of CloudWatch Logs. */
  static final int MAX_MESSAGE_BYTES = 256 * 1024;

  /** A larger number was not meant as a length: no runtime logs so much at once. */
  static final long MAX_FRAME_BYTES = 64 * 1024 * 1024;

  private static final byte[] MAGIC = {(byte) 0xa5, 0x5a, 0x00};
  private static final int FLAGS = 3;
  private static final int LENGTH = 4;
  private static final int TIME = 8;
  private static final int HEADER_BYTES = 16;
  private static final int HEADER_WITHOUT_TIME = 8;
  private static final int HAS_TIME = 0b10;
  private static final int LEVEL_SHIFT = 2;
  private static final int LEVEL_MASK = 0b111;

  private static final long YEAR_10000_MICROS = 253_402_300_800_000_000L;
  private static final int KEPT_BYTES = 1024;

  private static final @Nullable ApplicationLogLevel[] LEVELS = {
    null,
    ApplicationLogLevel.TRACE,
    ApplicationLogLevel.DEBUG,
    ApplicationLogLevel.INFO,
    ApplicationLogLevel.WARN,
    ApplicationLogLevel.ERROR,
    ApplicationLogLevel.FATAL,
    null,
  };

  private final OutputListener listener;

  private final byte[] header = new byte[HEADER_BYTES];
  private int headerLength;

  /** How much of the message is still to come; 0 outside of frames. */
  private long left;

  private long epochMicros;
  private @Nullable ApplicationLogLevel level;
  private byte[] begun = new byte[KEPT_BYTES];
  private int begunLength;

  FrameDecoder(OutputListener listener) {
    this.listener = listener;
  }

  /** Takes the next bytes of the output, which end anywhere. */
  void feed(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at < end) {
      if (headerLength == 0) {
        int header = headerStart(bytes, at, end);
        pass(bytes, at, header - at);
        at = header;
      }
      if (at < end) {
        header[headerLength++] = bytes[at++];
        settleHeader();
      }
    }
  }

  /**
   * Passes on what could have been the beginning of a header. Called when nothing more has been
   * written yet: clients write at least the type of a frame at once.
   */
  void drained() {
    if (headerLength < LENGTH) {
      passHeader();
    }
  }

  /** Passes on a frame that has begun, because nothing follows. */
  void end() {
    passHeader();
    endMessage();
  }

  /** Returns where a header begins or may begin, or {@code end}. */
  private static int headerStart(byte[] bytes, int from, int end) {
    for (int at = from; at < end; at++) {
      if (bytes[at] == MAGIC[0]
          && (at + 1 >= end || bytes[at + 1] == MAGIC[1])
          && (at + 2 >= end || bytes[at + 2] == MAGIC[2])) {
        return at;
      }
    }
    return end;
  }

  /** Looks what the header is, now that it has one more byte. */
  private void settleHeader() {
    if (!isHeaderSoFar()) {
      // Another one may begin inside of it.
      byte[] none = Arrays.copyOf(header, headerLength);
      headerLength = 0;
      pass(none, 0, 1);
      feed(none, 1, none.length - 1);
    } else if (headerLength > FLAGS && headerLength == headerBytes()) {
      endMessage();
      beginMessage();
    }
  }

  private boolean isHeaderSoFar() {
    for (int i = 0; i < Math.min(headerLength, MAGIC.length); i++) {
      if (header[i] != MAGIC[i]) {
        return false;
      }
    }
    if (headerLength >= TIME && number(LENGTH, 4) > MAX_FRAME_BYTES) {
      return false;
    }
    // Inside of a message these bytes are far more likely to be a part of it.
    boolean inMessage = left > 0;
    return !inMessage
        || headerLength <= FLAGS
        || (hasTime() && (headerLength < HEADER_BYTES || isPlausible(number(TIME, 8))));
  }

  private int headerBytes() {
    return hasTime() ? HEADER_BYTES : HEADER_WITHOUT_TIME;
  }

  private boolean hasTime() {
    return (header[FLAGS] & HAS_TIME) != 0;
  }

  private static boolean isPlausible(long micros) {
    return micros > 0 && micros < YEAR_10000_MICROS;
  }

  private void passHeader() {
    int length = headerLength;
    headerLength = 0;
    pass(header, 0, length);
  }

  private void beginMessage() {
    long time = hasTime() ? number(TIME, 8) : OutputListener.NO_TIME;
    epochMicros = isPlausible(time) ? time : OutputListener.NO_TIME;
    level = LEVELS[(header[FLAGS] >> LEVEL_SHIFT) & LEVEL_MASK];
    headerLength = 0;
    left = number(LENGTH, 4);
    if (left == 0) {
      passOn(header, 0, 0);
    }
  }

  private long number(int offset, int bytes) {
    long number = 0;
    for (int i = offset; i < offset + bytes; i++) {
      number = number << 8 | (header[i] & 0xff);
    }
    return number;
  }

  /** Takes bytes that are no header: of the message that has begun, then plain output. */
  private void pass(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end && left > 0) {
      at += readMessage(bytes, at, end);
    }
    if (at < end) {
      listener.output(bytes, at, end - at);
    }
  }

  /** Returns how many bytes were taken. */
  private int readMessage(byte[] bytes, int from, int end) {
    int available = (int) Math.min(left, end - from);
    if (begunLength == 0 && available == left && available <= MAX_MESSAGE_BYTES) {
      left = 0;
      passOn(bytes, from, available);
      return available;
    }
    int count = Math.min(available, MAX_MESSAGE_BYTES - begunLength);
    keep(bytes, from, count);
    left -= count;
    if (left == 0) {
      endMessage();
    } else if (begunLength == MAX_MESSAGE_BYTES) {
      int whole = endOfWholeCharacters();
      passOn(begun, 0, whole);
      begunLength -= whole;
      System.arraycopy(begun, whole, begun, 0, begunLength);
    }
    return count;
  }

  /** Passes on what is kept of a message; nothing more of it comes. */
  private void endMessage() {
    left = 0;
    int length = begunLength;
    if (length == 0) {
      return;
    }
    begunLength = 0;
    passOn(begun, 0, length);
    if (begun.length > KEPT_BYTES) {
      begun = new byte[KEPT_BYTES];
    }
  }

  private void keep(byte[] bytes, int offset, int count) {
    int needed = begunLength + count;
    if (needed > begun.length) {
      int capacity = Math.min(MAX_MESSAGE_BYTES, Math.max(needed, 2 * begun.length));
      begun = Arrays.copyOf(begun, capacity);
    }
    System.arraycopy(bytes, offset, begun, begunLength, count);
    begunLength = needed;
  }

  /** Returns where the character begins that is not complete yet, or the end if there is none. */
  private int endOfWholeCharacters() {
    for (int back = 1; back <= 3; back++) {
      int b = begun[begunLength - back] & 0xff;
      if (b < 0x80) {
        break;
      }
      if (b >= 0xc0) {
        int size = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
        return size > back ? begunLength - back : begunLength;
      }
    }
    return begunLength;
  }

  private void passOn(byte[] bytes, int offset, int length) {
    listener.message(bytes, offset, length, epochMicros, level);
  }
}

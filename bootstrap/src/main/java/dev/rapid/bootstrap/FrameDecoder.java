package dev.rapid.bootstrap;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the messages in a framed log, the protocol between runtimes and platform (contract
 * runtime-extensions-telemetry, section 7.6).
 *
 * <pre>
 * a5 5a 00 flags | length, 4 bytes | microseconds since 1970, 8 bytes | message
 * </pre>
 *
 * <p>Numbers are big-endian. Of the flags, bit 1 says that there is a time, and bits 2 to 4 are the
 * level, from 1 for TRACE to 6 for FATAL. The other bits do not matter here.
 *
 * <p>Nothing is lost: what does not begin like a frame is passed on as plain output until something
 * does, as is a frame that claims more than {@value #LONGEST_FRAME} bytes. Messages of more than
 * {@value #LONGEST_MESSAGE} bytes come in pieces, so that no more than this is kept, whatever the
 * length says.
 */
final class FrameDecoder {

  /** As long as a line may be, and an event of CloudWatch Logs. */
  static final int LONGEST_MESSAGE = 256 * 1024;

  /** Nobody logs more at once; it is a number that was not meant as a length. */
  static final long LONGEST_FRAME = 64 * 1024 * 1024;

  private static final byte[] MAGIC = {(byte) 0xa5, 0x5a, 0x00};
  private static final int FLAGS = 3;
  private static final int LENGTH = 4;
  private static final int TIME = 8;
  private static final int HEADER_BYTES = 16;
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

  private boolean inMessage;
  private long left;
  private long epochMicros;
  private @Nullable ApplicationLogLevel level;
  private byte[] begun = new byte[KEPT_BYTES];
  private int begunLength;

  FrameDecoder(OutputListener listener) {
    this.listener = listener;
  }

  /** Takes the next bytes of the log, which end anywhere. */
  void feed(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at < end) {
      at = inMessage ? readMessage(bytes, at, end) : readHeader(bytes, at, end);
    }
  }

  /** Passes on a frame that has begun, because nothing follows. */
  void end() {
    if (inMessage) {
      inMessage = false;
      left = 0;
      if (begunLength > 0) {
        passOn(begun, 0, begunLength);
        begunLength = 0;
      }
    } else {
      passOnHeader();
    }
  }

  /** Returns where to go on. */
  private int readHeader(byte[] bytes, int from, int end) {
    int at = from;
    if (headerLength == 0) {
      while (at < end && bytes[at] != MAGIC[0]) {
        at++;
      }
      if (at > from) {
        listener.output(bytes, from, at - from);
        return at;
      }
    }
    if (headerLength < MAGIC.length && bytes[at] != MAGIC[headerLength]) {
      // The byte may itself begin a frame.
      passOnHeader();
      return at;
    }
    header[headerLength++] = bytes[at++];
    if (headerLength > FLAGS && headerLength == (hasTime() ? HEADER_BYTES : TIME)) {
      beginMessage();
    }
    return at;
  }

  private boolean hasTime() {
    return (header[FLAGS] & HAS_TIME) != 0;
  }

  private void passOnHeader() {
    int length = headerLength;
    headerLength = 0;
    if (length > 0) {
      listener.output(header, 0, length);
    }
  }

  private void beginMessage() {
    long length = number(LENGTH, 4);
    if (length > LONGEST_FRAME) {
      passOnHeader();
      return;
    }
    long time = hasTime() ? number(TIME, 8) : OutputListener.NO_TIME;
    boolean plausible = time > 0 && time < YEAR_10000_MICROS;
    epochMicros = plausible ? time : OutputListener.NO_TIME;
    level = LEVELS[(header[FLAGS] >> LEVEL_SHIFT) & LEVEL_MASK];
    headerLength = 0;
    left = length;
    inMessage = length > 0;
    if (length == 0) {
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

  /** Returns where to go on. */
  private int readMessage(byte[] bytes, int from, int end) {
    int available = (int) Math.min(left, end - from);
    if (begunLength == 0 && available == left && available <= LONGEST_MESSAGE) {
      inMessage = false;
      passOn(bytes, from, available);
      return from + available;
    }
    int count = Math.min(available, LONGEST_MESSAGE - begunLength);
    keep(bytes, from, count);
    left -= count;
    if (left == 0) {
      inMessage = false;
      int length = begunLength;
      begunLength = 0;
      passOn(begun, 0, length);
      if (begun.length > KEPT_BYTES) {
        begun = new byte[KEPT_BYTES];
      }
    } else if (begunLength == LONGEST_MESSAGE) {
      int whole = endOfWholeCharacters();
      passOn(begun, 0, whole);
      begunLength -= whole;
      System.arraycopy(begun, whole, begun, 0, begunLength);
    }
    return from + count;
  }

  private void keep(byte[] bytes, int offset, int count) {
    int needed = begunLength + count;
    if (needed > begun.length) {
      int capacity = Math.min(LONGEST_MESSAGE, Math.max(needed, 2 * begun.length));
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

package dev.rapid.lambda;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing array of bytes that writes text, numbers, times and JSON strings as UTF-8 without
 * intermediate objects. It writes every log line, telemetry record and JSON body. Not thread-safe.
 */
public final class Utf8Buffer {

  private static final long DAY_MILLIS = 86_400_000L;
  private static final char REPLACEMENT = '\ufffd';

  private byte[] bytes;
  private int length;

  /** Creates an empty buffer with room for {@code capacity} bytes. */
  public Utf8Buffer(int capacity) {
    bytes = new byte[capacity];
  }

  /** Returns the internal array, which is valid until the next write. */
  public byte[] array() {
    return bytes;
  }

  /** Returns a copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Returns a copy of what was written without the last byte, for a line without its line feed. */
  public byte[] toBytesWithoutLast() {
    return Arrays.copyOf(bytes, length - 1);
  }

  /** Returns how many bytes were written. */
  public int length() {
    return length;
  }

  /** Returns whether nothing was written. */
  public boolean isEmpty() {
    return length == 0;
  }

  /** Discards all that was written. */
  public void clear() {
    length = 0;
  }

  /** Discards the first {@code count} bytes. */
  public void removeFirst(int count) {
    System.arraycopy(bytes, count, bytes, 0, length - count);
    length -= count;
  }

  /** Writes one ASCII character. */
  public Utf8Buffer put(char ascii) {
    ensure(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  /** Writes bytes as they are. */
  public Utf8Buffer put(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
    return this;
  }

  /** Writes the content of {@code other}. */
  public Utf8Buffer put(Utf8Buffer other) {
    return put(other.bytes, 0, other.length);
  }

  /** Writes text as UTF-8. Half a surrogate pair becomes U+FFFD. */
  public Utf8Buffer put(String text) {
    return put(text, 0, text.length());
  }

  private Utf8Buffer put(String text, int from, int to) {
    ensure(to - from);
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes[length++] = (byte) c;
      } else {
        i += putBeyondAscii(text, i) - 1;
        ensure(to - i);
      }
    }
    return this;
  }

  /** Writes the character at {@code at}, which is not ASCII; returns how many chars it has. */
  private int putBeyondAscii(String text, int at) {
    ensure(4);
    char c = text.charAt(at);
    if (c < 0x800) {
      bytes[length++] = (byte) (0xc0 | (c >> 6));
      bytes[length++] = (byte) (0x80 | (c & 0x3f));
      return 1;
    }
    if (Character.isHighSurrogate(c)
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1))) {
      int point = Character.toCodePoint(c, text.charAt(at + 1));
      bytes[length++] = (byte) (0xf0 | (point >> 18));
      bytes[length++] = (byte) (0x80 | ((point >> 12) & 0x3f));
      bytes[length++] = (byte) (0x80 | ((point >> 6) & 0x3f));
      bytes[length++] = (byte) (0x80 | (point & 0x3f));
      return 2;
    }
    char whole = Character.isSurrogate(c) ? REPLACEMENT : c;
    bytes[length++] = (byte) (0xe0 | (whole >> 12));
    bytes[length++] = (byte) (0x80 | ((whole >> 6) & 0x3f));
    bytes[length++] = (byte) (0x80 | (whole & 0x3f));
    return 1;
  }

  /** Writes a number. */
  public Utf8Buffer put(long number) {
    return number < 0 ? put(Long.toString(number)) : putPadded(number, 1);
  }

  /**
   * Writes {@code value} divided by ten to the power of {@code decimals}. It must not be negative.
   */
  public Utf8Buffer putFixed(long value, int decimals) {
    long unit = 1;
    for (int i = 0; i < decimals; i++) {
      unit *= 10;
    }
    return putPadded(value / unit, 1).put('.').putPadded(value % unit, decimals);
  }

  /** Writes a number that is not negative with at least {@code digits} digits. */
  public Utf8Buffer putPadded(long number, int digits) {
    int count = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      count++;
    }
    count = Math.max(count, digits);
    ensure(count);
    long rest = number;
    for (int i = length + count - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
    return this;
  }

  /** Writes a moment as {@code 2026-01-31T23:59:59.999Z}. */
  public Utf8Buffer putTime(long epochMillis) {
    long day = Math.floorDiv(epochMillis, DAY_MILLIS);
    long milli = Math.floorMod(epochMillis, DAY_MILLIS);
    // Days are counted from 1 March of year 0, so that the leap day is the last one of its year.
    long shifted = day + 719_468;
    long era = Math.floorDiv(shifted, 146_097);
    long dayOfEra = Math.floorMod(shifted, 146_097);
    long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long shiftedMonth = (5 * dayOfYear + 2) / 153;
    long dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
    long month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    return putPadded(year, 4)
        .put('-')
        .putPadded(month, 2)
        .put('-')
        .putPadded(dayOfMonth, 2)
        .put('T')
        .putPadded(milli / 3_600_000, 2)
        .put(':')
        .putPadded(milli / 60_000 % 60, 2)
        .put(':')
        .putPadded(milli / 1000 % 60, 2)
        .put('.')
        .putPadded(milli % 1000, 3)
        .put('Z');
  }

  /**
   * Writes {@code text} as a JSON string with its quotes, escaped as {@link JsonEscapes#HTML_SAFE}.
   */
  public Utf8Buffer putJson(String text) {
    return putJson(text, JsonEscapes.HTML_SAFE);
  }

  /** Writes {@code text} as a JSON string with its quotes. */
  public Utf8Buffer putJson(String text, JsonEscapes escapes) {
    put('"');
    putEscaped(text, escapes);
    return put('"');
  }

  /**
   * Writes a line of UTF-8 as a JSON string with its quotes, escaped as {@link
   * JsonEscapes#HTML_SAFE}. Malformed UTF-8 becomes U+FFFD. ASCII lines, the usual case, allocate
   * nothing.
   */
  public Utf8Buffer putJson(byte[] utf8, int offset, int count) {
    int end = offset + count;
    put('"');
    int plain = offset;
    for (int i = offset; i < end; i++) {
      byte b = utf8[i];
      if (b < 0) {
        put(utf8, plain, i - plain);
        putEscaped(new String(utf8, i, end - i, StandardCharsets.UTF_8), JsonEscapes.HTML_SAFE);
        return put('"');
      }
      if (!JsonEscapes.HTML_SAFE.isPlain(b)) {
        put(utf8, plain, i - plain);
        plain = i + 1;
        JsonEscapes.HTML_SAFE.put((char) b, this);
      }
    }
    return put(utf8, plain, end - plain).put('"');
  }

  private void putEscaped(String text, JsonEscapes escapes) {
    int count = text.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (escapes.isPlain(c)) {
          bytes[length++] = (byte) c;
          continue;
        }
        escapes.put(c, this);
      } else if (escapes.isSensitive(c)) {
        escapes.put(c, this);
      } else {
        i += putBeyondAscii(text, i) - 1;
      }
      ensure(count - i);
    }
  }

  /**
   * Writes JSON text on one line. Line breaks, which can only be between its tokens, become spaces.
   * Malformed UTF-8 becomes U+FFFD. The same characters are escaped as in strings, because they can
   * only be inside of strings.
   */
  public Utf8Buffer putJsonText(byte[] json, int offset, int count) {
    String text = new String(json, offset, count, StandardCharsets.UTF_8);
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean lineBreak = c == '\n' || c == '\r';
      if (lineBreak || JsonEscapes.HTML_SAFE.isSensitive(c)) {
        put(text, plain, i);
        plain = i + 1;
        if (lineBreak) {
          put(' ');
        } else {
          JsonEscapes.HTML_SAFE.put(c, this);
        }
      }
    }
    return put(text, plain, text.length());
  }

  private void ensure(int more) {
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }

  /** Returns the bytes as text, for tests and errors. */
  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}

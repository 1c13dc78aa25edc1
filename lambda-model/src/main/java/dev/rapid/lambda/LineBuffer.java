package dev.rapid.lambda;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing array of bytes that writes text and numbers without intermediate objects. It is not
 * guarded: one thread at a time.
 */
public final class LineBuffer {

  private static final long DAY_MILLIS = 86_400_000L;
  private static final String HEX = "0123456789abcdef";

  private byte[] bytes;
  private int length;

  /** Creates an empty buffer with room for {@code capacity} bytes. */
  public LineBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  /** Returns the array itself, which counts until the next call that writes. */
  public byte[] array() {
    return bytes;
  }

  /** Returns a copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Returns a copy of what was written but the last byte, for a line without its end. */
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

  /** Forgets all that was written. */
  public void clear() {
    length = 0;
  }

  /** Forgets the first {@code count} bytes. */
  public void removeFirst(int count) {
    System.arraycopy(bytes, count, bytes, 0, length - count);
    length -= count;
  }

  /** Writes one ASCII character. */
  public LineBuffer put(char ascii) {
    ensure(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  /** Writes bytes as they are. */
  public LineBuffer put(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
    return this;
  }

  /** Writes what is in {@code other}. */
  public LineBuffer put(LineBuffer other) {
    return put(other.bytes, 0, other.length);
  }

  /** Writes text as UTF-8. */
  public LineBuffer put(String text) {
    int count = text.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        byte[] rest = text.substring(i).getBytes(StandardCharsets.UTF_8);
        return put(rest, 0, rest.length);
      }
      bytes[length++] = (byte) c;
    }
    return this;
  }

  /** Writes a number that is not negative. */
  public LineBuffer put(long number) {
    return putPadded(number, 1);
  }

  /** Writes {@code value} divided by ten to the power of {@code decimals}; no negative ones. */
  public LineBuffer putFixed(long value, int decimals) {
    long unit = 1;
    for (int i = 0; i < decimals; i++) {
      unit *= 10;
    }
    return putPadded(value / unit, 1).put('.').putPadded(value % unit, decimals);
  }

  /** Writes a number that is not negative with at least {@code digits} digits. */
  public LineBuffer putPadded(long number, int digits) {
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
  public LineBuffer putTime(long epochMillis) {
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
   * Writes {@code text} as a JSON string with its quotes. What could end a line of JSON or harm a
   * page is escaped (contract runtime-extensions-telemetry, section 0.2).
   */
  public LineBuffer putJson(String text) {
    put('"');
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isPlain(c)) {
        continue;
      }
      put(text.substring(plain, i));
      plain = i + 1;
      switch (c) {
        case '\n' -> put("\\n");
        case '\r' -> put("\\r");
        case '\t' -> put("\\t");
        case '"', '\\' -> put('\\').put(c);
        default -> putEscape(c);
      }
    }
    return put(plain == 0 ? text : text.substring(plain)).put('"');
  }

  private void putEscape(int c) {
    put("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      put(HEX.charAt(c >> shift & 15));
    }
  }

  /**
   * Writes a line of UTF-8 as a JSON string with its quotes. What is not UTF-8 becomes U+FFFD.
   * Lines of ASCII, as most are, cost no object.
   */
  public LineBuffer putJson(byte[] utf8, int offset, int count) {
    int end = offset + count;
    int plain = offset;
    while (plain < end && utf8[plain] >= 0 && isPlain((char) utf8[plain])) {
      plain++;
    }
    if (plain < end) {
      return putJson(new String(utf8, offset, count, StandardCharsets.UTF_8));
    }
    return put('"').put(utf8, offset, count).put('"');
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c != '"' && c != '\\' && !isSensitive(c);
  }

  /** Returns whether a character may be in JSON as it is, but not in what these APIs send. */
  private static boolean isSensitive(char c) {
    return c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029';
  }

  /**
   * Writes JSON text on one line: line breaks, which can only be between its tokens, become spaces,
   * what is not UTF-8 becomes U+FFFD, and the same characters are escaped as in strings, for they
   * can only be inside of some.
   */
  public LineBuffer putJsonText(byte[] json, int offset, int count) {
    String text = new String(json, offset, count, StandardCharsets.UTF_8);
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean lineBreak = c == '\n' || c == '\r';
      if (lineBreak || isSensitive(c)) {
        put(text.substring(plain, i));
        plain = i + 1;
        if (lineBreak) {
          put(' ');
        } else {
          putEscape(c);
        }
      }
    }
    return put(plain == 0 ? text : text.substring(plain));
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

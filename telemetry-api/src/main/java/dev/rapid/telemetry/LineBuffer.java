package dev.rapid.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes that writes text and numbers without intermediate objects. */
final class LineBuffer {

  private static final long DAY_MILLIS = 86_400_000L;
  private static final String HEX = "0123456789abcdef";

  private byte[] bytes;
  private int length;

  LineBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  boolean isEmpty() {
    return length == 0;
  }

  void clear() {
    length = 0;
  }

  /** Forgets the first {@code count} bytes. */
  void removeFirst(int count) {
    System.arraycopy(bytes, count, bytes, 0, length - count);
    length -= count;
  }

  LineBuffer put(char ascii) {
    ensure(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  LineBuffer put(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
    return this;
  }

  LineBuffer put(LineBuffer other) {
    return put(other.bytes, 0, other.length);
  }

  LineBuffer put(String text) {
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

  LineBuffer put(long number) {
    return putPadded(number, 1);
  }

  /** Writes {@code value} divided by ten to the power of {@code decimals}; no negative ones. */
  LineBuffer putFixed(long value, int decimals) {
    long unit = 1;
    for (int i = 0; i < decimals; i++) {
      unit *= 10;
    }
    return putPadded(value / unit, 1).put('.').putPadded(value % unit, decimals);
  }

  /** Writes a number that is not negative with at least {@code digits} digits. */
  LineBuffer putPadded(long number, int digits) {
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
  LineBuffer putTime(long epochMillis) {
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

  /** Writes {@code text} as a JSON string with its quotes. */
  LineBuffer putJson(String text) {
    put('"');
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\') {
        continue;
      }
      put(text.substring(plain, i));
      plain = i + 1;
      put('\\');
      switch (c) {
        case '\n' -> put('n');
        case '\r' -> put('r');
        case '\t' -> put('t');
        case '"', '\\' -> put(c);
        default -> put("u00").put(HEX.charAt(c >> 4)).put(HEX.charAt(c & 15));
      }
    }
    return put(plain == 0 ? text : text.substring(plain)).put('"');
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

package dev.rapid.kapacitor.json;

import java.nio.CharBuffer;

/** Integers of 64 bits in decimal digits. */
final class Integers {

  /** More digits than any value has: leading zeros are not refused, but not without end. */
  private static final int MAX_LENGTH = 40;

  private Integers() {}

  /** Returns whether text is digits, perhaps behind a minus sign. */
  static boolean isDecimal(char[] text, int from, int length) {
    int at = length > 0 && text[from] == '-' ? from + 1 : from;
    int end = from + length;
    if (at == end) {
      return false;
    }
    for (; at < end; at++) {
      if (text[at] < '0' || text[at] > '9') {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the value of decimal text.
   *
   * @throws NumberFormatException if it does not fit
   */
  static long parse(char[] text, int from, int length) {
    if (length > MAX_LENGTH) {
      throw new NumberFormatException();
    }
    return Long.parseLong(CharBuffer.wrap(text, from, length), 0, length, 10);
  }
}

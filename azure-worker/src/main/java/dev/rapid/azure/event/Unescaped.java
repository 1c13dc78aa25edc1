package dev.rapid.azure.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Decodes the escapes of JSON strings from UTF-8 to UTF-8. A parser would make characters of them
 * first, which takes several times the memory for bodies of many megabytes.
 */
final class Unescaped {

  private static final String LETTERS = "btnfr";
  private static final String CONTROLS = "\b\t\n\f\r";
  private static final int DIGITS = 4;

  private Unescaped() {}

  /**
   * Returns the content of a string. Half a surrogate pair becomes a question mark.
   *
   * @param utf8 has a valid string without its quotes between the two indexes
   */
  static ByteBuffer of(byte[] utf8, int from, int to) {
    // No escape is shorter than what it stands for.
    ByteBuffer content = ByteBuffer.allocate(to - from);
    int at = from;
    while (at < to) {
      if (utf8[at] != '\\') {
        content.put(utf8[at++]);
      } else if (utf8[at + 1] == 'u') {
        at = putNumbered(utf8, at, to, content);
      } else {
        int letter = LETTERS.indexOf(utf8[at + 1]);
        content.put(letter < 0 ? utf8[at + 1] : (byte) CONTROLS.charAt(letter));
        at += 2;
      }
    }
    return content.flip();
  }

  /** Decodes one character or a pair of surrogates; returns the index behind. */
  private static int putNumbered(byte[] utf8, int at, int to, ByteBuffer content) {
    int end = at + 2 + DIGITS;
    char first = numbered(utf8, at + 2);
    String text = String.valueOf(first);
    if (Character.isHighSurrogate(first)
        && end + 2 + DIGITS <= to
        && utf8[end] == '\\'
        && utf8[end + 1] == 'u') {
      char second = numbered(utf8, end + 2);
      if (Character.isLowSurrogate(second)) {
        text += second;
        end += 2 + DIGITS;
      }
    }
    content.put(text.getBytes(StandardCharsets.UTF_8));
    return end;
  }

  private static char numbered(byte[] utf8, int at) {
    int code = 0;
    for (int i = at; i < at + DIGITS; i++) {
      code = code << 4 | Character.digit(utf8[i], 16);
    }
    return (char) code;
  }
}

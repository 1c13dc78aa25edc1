package dev.rapid.lambda;

/** Which characters of a JSON string are written as escapes. Half a surrogate pair is U+FFFD. */
public enum JsonEscapes {
  /**
   * What JSON requires, and characters that could harm a page or end a line: {@code <}, {@code >},
   * {@code &} and the two line separators of Unicode (contract runtime-extensions-telemetry,
   * section 0.2).
   */
  HTML_SAFE("0123456789abcdef", "<>&", "\n\r\t", "nrt"),

  /** What JSON requires, as the service writes it (contract invoke-api, section 2.1). */
  REQUIRED("0123456789ABCDEF", "", "\b\t\n\f\r", "btnfr");

  private static final byte NUMBERED = (byte) 'u';

  private final String hex;

  /** By ASCII character: 0 if it needs no escape, else the character after the backslash. */
  @SuppressWarnings("ImmutableEnumChecker") // Written by the constructor only.
  private final byte[] letters = new byte[128];

  JsonEscapes(String hex, String sensitive, String controls, String letters) {
    this.hex = hex;
    for (int c = 0; c < ' '; c++) {
      this.letters[c] = NUMBERED;
    }
    for (int i = 0; i < sensitive.length(); i++) {
      this.letters[sensitive.charAt(i)] = NUMBERED;
    }
    for (int i = 0; i < controls.length(); i++) {
      this.letters[controls.charAt(i)] = (byte) letters.charAt(i);
    }
    this.letters['"'] = '"';
    this.letters['\\'] = '\\';
  }

  /** Returns whether an ASCII character needs no escape. */
  boolean isPlain(int ascii) {
    return letters[ascii] == 0;
  }

  /** Returns whether a character is escaped although JSON does not require it. */
  boolean isSensitive(char c) {
    return this == HTML_SAFE
        && (c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029');
  }

  /** Writes the escape of a character. */
  void put(char c, Utf8Buffer buffer) {
    byte letter = c < letters.length ? letters[c] : NUMBERED;
    buffer.put('\\').put((char) letter);
    if (letter == NUMBERED) {
      for (int shift = 12; shift >= 0; shift -= 4) {
        buffer.put(hex.charAt((c >> shift) & 15));
      }
    }
  }
}

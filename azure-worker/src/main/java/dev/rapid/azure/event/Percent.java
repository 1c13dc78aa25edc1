package dev.rapid.azure.event;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Escapes of the form {@code %20} in URLs. */
final class Percent {

  /** What may stand in paths and queries, besides letters and digits. */
  private static final String PLAIN = "-._~!$&'()*+,;=:@/?";

  private static final String DIGITS = "0123456789ABCDEF";

  private Percent() {}

  /** Decodes all escapes as UTF-8. A malformed one stands for itself. */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (isEscape(bytes, i)) {
        decoded.write(hex(bytes[i + 1]) << 4 | hex(bytes[i + 2]));
        i += 2;
      } else {
        decoded.write(bytes[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  /** Escapes the characters that may not stand in a path or a query. Escapes stay as they are. */
  static String escape(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder escaped = new StringBuilder(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (isPlain(bytes[i]) || isEscape(bytes, i)) {
        escaped.append((char) bytes[i]);
      } else {
        escaped
            .append('%')
            .append(DIGITS.charAt(bytes[i] >> 4 & 15))
            .append(DIGITS.charAt(bytes[i] & 15));
      }
    }
    return escaped.toString();
  }

  private static boolean isPlain(byte b) {
    return b > 0 && (Character.isLetterOrDigit(b) || PLAIN.indexOf(b) >= 0);
  }

  private static boolean isEscape(byte[] bytes, int at) {
    return bytes[at] == '%'
        && at + 2 < bytes.length
        && hex(bytes[at + 1]) >= 0
        && hex(bytes[at + 2]) >= 0;
  }

  private static int hex(byte digit) {
    return Character.digit(digit, 16);
  }
}

package dev.rapid.azure.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** What HTTP allows as a header, and which headers are those of one connection. */
public final class HttpHeader {

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private static final Set<String> OF_CONNECTION =
      Set.of(
          "connection",
          "proxy-connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private HttpHeader() {}

  /** Returns whether HTTP allows a text as the name of a header. */
  public static boolean isName(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || TOKEN_MARKS.indexOf(c) >= 0);
  }

  /** Returns whether a text is the value of one header, and not the beginning of another one. */
  public static boolean isValue(String text) {
    return text.chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0);
  }

  /** Returns whether the next connection gets the header too. */
  public static boolean isPassedOn(String name) {
    return !OF_CONNECTION.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Returns a value as it is written: one character for each byte of its UTF-8. */
  public static String wire(String value) {
    return isAscii(value)
        ? value
        : new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** Returns the text of a value whose characters are bytes of UTF-8. */
  public static String text(String wire) {
    return isAscii(wire)
        ? wire
        : new String(wire.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}

package dev.rapid.azure.http;

import java.util.Locale;
import java.util.Set;

/** What HTTP allows as a header, and which headers are those of one connection. */
final class HttpHeader {

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
  static boolean isName(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || TOKEN_MARKS.indexOf(c) >= 0);
  }

  /** Returns whether a text is the value of one header, and not the beginning of another one. */
  static boolean isValue(String text) {
    return text.chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0);
  }

  /** Returns whether the next connection gets the header too. */
  static boolean isPassedOn(String name) {
    return !OF_CONNECTION.contains(name.toLowerCase(Locale.ROOT));
  }
}

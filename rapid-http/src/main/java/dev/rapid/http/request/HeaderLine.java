package dev.rapid.http.request;

import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;

/**
 * One header of a request or of an answer.
 *
 * @param name in any case
 * @param value as text, without line breaks
 */
public record HeaderLine(String name, String value) {

  private static final String TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~";

  /** Returns whether HTTP allows {@code text} as the name of a header. */
  public static boolean isName(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || TOKEN_CHARACTERS.indexOf(c) >= 0);
  }

  /** Returns whether {@code text} has neither line breaks nor zero characters. */
  public static boolean isValue(String text) {
    return text.chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0);
  }

  /** Returns the name as a header of the exchange. */
  public HttpString httpName() {
    return HttpString.tryFromString(name);
  }

  /** Returns the value as Undertow writes it: one character for each byte of UTF-8. */
  public String wireValue() {
    return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}

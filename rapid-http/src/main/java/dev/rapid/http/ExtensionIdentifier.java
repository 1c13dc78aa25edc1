package dev.rapid.http;

import dev.rapid.http.request.RequestHeaders;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The header by which an extension says who it is, in all APIs that it may call (contract
 * runtime-extensions-telemetry, section 3.4).
 */
public final class ExtensionIdentifier {

  /** The header's name. */
  public static final HttpString HEADER = new HttpString("Lambda-Extension-Identifier");

  private static final WireError MISSING =
      new WireError(
          StatusCodes.FORBIDDEN,
          "Extension.MissingExtensionIdentifier",
          "Missing Lambda-Extension-Identifier header");
  private static final WireError INVALID =
      new WireError(
          StatusCodes.FORBIDDEN,
          "Extension.InvalidExtensionIdentifier",
          "Invalid Lambda-Extension-Identifier");
  private static final String URN = "urn:uuid:";

  private ExtensionIdentifier() {}

  /**
   * Returns the identifier that a request carries, in its canonical spelling, known or not; null if
   * it carries none, which {@code exchange} was then answered with. To be called on the I/O thread.
   */
  public static @Nullable String of(HttpServerExchange exchange) {
    String spelling = RequestHeaders.valueOf(exchange, HEADER);
    if (spelling.isEmpty()) {
      MISSING.send(exchange);
      return null;
    }
    @Nullable String id = canonical(spelling);
    if (id == null) {
      INVALID.send(exchange);
    }
    return id;
  }

  /** Returns the error of a request whose identifier nobody has. */
  public static WireError unknown(String message) {
    return new WireError(StatusCodes.FORBIDDEN, "Extension.UnknownExtensionIdentifier", message);
  }

  /**
   * Returns the canonical spelling, lower case with dashes, of any of the four that the contract
   * allows; null for what is none of them.
   */
  private static @Nullable String canonical(String spelling) {
    String lower = spelling.toLowerCase(Locale.ROOT);
    String dashed =
        switch (lower.length()) {
          case 32 -> withDashes(lower);
          case 36 -> lower;
          case 38 -> lower.startsWith("{") && lower.endsWith("}") ? lower.substring(1, 37) : "";
          case 45 -> lower.startsWith(URN) ? lower.substring(URN.length()) : "";
          default -> "";
        };
    return isCanonical(dashed) ? dashed : null;
  }

  private static String withDashes(String digits) {
    return digits.substring(0, 8)
        + "-"
        + digits.substring(8, 12)
        + "-"
        + digits.substring(12, 16)
        + "-"
        + digits.substring(16, 20)
        + "-"
        + digits.substring(20);
  }

  private static boolean isCanonical(String text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      char c = text.charAt(i);
      boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (dash ? c != '-' : !digit) {
        return false;
      }
    }
    return true;
  }
}

package dev.rapid.lambda;

import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The header that identifies an extension, in all APIs that it may call (contract
 * runtime-extensions-telemetry, section 3.4).
 */
public final class ExtensionIdentifier {

  private static final int FORBIDDEN = 403;
  private static final WireError MISSING =
      new WireError(
          FORBIDDEN,
          "Extension.MissingExtensionIdentifier",
          "Missing " + LambdaHeaders.EXTENSION_IDENTIFIER + " header");
  private static final WireError INVALID =
      new WireError(
          FORBIDDEN,
          "Extension.InvalidExtensionIdentifier",
          "Invalid " + LambdaHeaders.EXTENSION_IDENTIFIER);
  private static final String URN = "urn:uuid:";

  private ExtensionIdentifier() {}

  /**
   * Returns the identifier in its canonical spelling, known or not.
   *
   * @param header the value of the header, empty if there is none
   * @param refuse takes the error of a request that carries no identifier
   * @return null if {@code refuse} was called
   */
  public static @Nullable String read(String header, Consumer<WireError> refuse) {
    if (header.isEmpty()) {
      refuse.accept(MISSING);
      return null;
    }
    @Nullable String id = canonical(header);
    if (id == null) {
      refuse.accept(INVALID);
    }
    return id;
  }

  /** Returns the error of a request with an unknown identifier. */
  public static WireError unknown(String message) {
    return new WireError(FORBIDDEN, "Extension.UnknownExtensionIdentifier", message);
  }

  /**
   * Returns the canonical spelling, lower case with dashes, of an identifier in one of the four
   * spellings that the contract allows; null for other text.
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
    return Identifiers.isUuid(dashed) ? dashed : null;
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
}

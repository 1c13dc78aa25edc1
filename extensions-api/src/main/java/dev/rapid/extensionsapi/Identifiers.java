package dev.rapid.extensionsapi;

import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The UUIDs of extensions and of the events that they are told of. */
final class Identifiers {

  private static final String URN = "urn:uuid:";
  private static final long VERSION_BITS = 0xf000L;
  private static final long VERSION_4 = 0x4000L;
  private static final long VARIANT_BITS = 0xc000_0000_0000_0000L;
  private static final long VARIANT_2 = 0x8000_0000_0000_0000L;

  private Identifiers() {}

  /**
   * Returns a new one: version 4, lower case. Not from a secure generator, which takes long to
   * start; it keeps extensions apart and nobody out.
   */
  static String fresh() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~VERSION_BITS) | VERSION_4;
    long low = (random.nextLong() & ~VARIANT_BITS) | VARIANT_2;
    return new UUID(high, low).toString();
  }

  /**
   * Returns the canonical spelling, lower case with dashes, of any of the four that the contract
   * allows (section 3.4); null for what is none of them.
   */
  static @Nullable String canonical(String spelling) {
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

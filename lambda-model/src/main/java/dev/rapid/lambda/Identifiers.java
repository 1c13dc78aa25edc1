package dev.rapid.lambda;

import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** UUIDs that name invocations, deliveries, extensions and their events. */
public final class Identifiers {

  private static final long VERSION_BITS = 0xf000L;
  private static final long VERSION_4 = 0x4000L;
  private static final long VERSION_7 = 0x7000L;
  private static final int TIME_SHIFT = 16;
  private static final int RANDOM_BITS_OF_HIGH = 12;
  private static final long VARIANT_BITS = 0xc000_0000_0000_0000L;
  private static final long VARIANT_2 = 0x8000_0000_0000_0000L;

  private static final int LENGTH = 36;

  private Identifiers() {}

  /**
   * Returns a new UUID: version 4, lower case. It is not a secret, so it does not come from a
   * secure generator, which takes long to start.
   */
  public static String random() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~VERSION_BITS) | VERSION_4;
    long low = (random.nextLong() & ~VARIANT_BITS) | VARIANT_2;
    return new UUID(high, low).toString();
  }

  /**
   * Returns a new UUID that sorts by time: version 7.
   *
   * @param millis the time, milliseconds since 1970
   */
  public static UUID sortedByTime(long millis) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = millis << TIME_SHIFT | VERSION_7 | random.nextInt(1 << RANDOM_BITS_OF_HIGH);
    long low = (random.nextLong() & ~VARIANT_BITS) | VARIANT_2;
    return new UUID(high, low);
  }

  /** Returns whether {@code text} is a UUID of any version, in upper or lower case. */
  public static boolean isUuid(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      char c = text.charAt(i);
      if (dash ? c != '-' : !HexFormat.isHexDigit(c)) {
        return false;
      }
    }
    return true;
  }
}

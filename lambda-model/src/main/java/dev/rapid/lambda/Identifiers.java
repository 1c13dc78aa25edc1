package dev.rapid.lambda;

import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** UUIDs that name invocations, deliveries, extensions and their events. */
public final class Identifiers {

  private static final long VERSION_BITS = 0xf000L;
  private static final long VERSION_4 = 0x4000L;
  private static final long VERSION_7 = 0x7000L;
  private static final int VERSION_LENGTH = 4;

  /** Between the time and the random part of a UUID of version 7. */
  private static final int COUNTER_BITS = 12;

  private static final long COUNTER_MASK = (1 << COUNTER_BITS) - 1;

  /** The time and the counter of the last UUID that sorts by time. */
  private static final AtomicLong LAST_SORTED = new AtomicLong();

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
   * Returns a new UUID that sorts by time: version 7. Those of one millisecond sort in the order in
   * which they were made.
   *
   * @param millis the time, milliseconds since 1970
   */
  public static UUID sortedByTime(long millis) {
    long first = millis << COUNTER_BITS;
    long time =
        LAST_SORTED.updateAndGet(last -> last >>> COUNTER_BITS == millis ? last + 1 : first);
    long high = (time & ~COUNTER_MASK) << VERSION_LENGTH | VERSION_7 | (time & COUNTER_MASK);
    long low = (ThreadLocalRandom.current().nextLong() & ~VARIANT_BITS) | VARIANT_2;
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

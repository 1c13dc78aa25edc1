package dev.rapid.http;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** UUIDs that name extensions, and what they and the runtime are given. */
public final class Identifiers {

  private static final long VERSION_BITS = 0xf000L;
  private static final long VERSION_4 = 0x4000L;
  private static final long VARIANT_BITS = 0xc000_0000_0000_0000L;
  private static final long VARIANT_2 = 0x8000_0000_0000_0000L;

  private Identifiers() {}

  /**
   * Returns a new one: version 4, lower case. Not from a secure generator, which takes long to
   * start; it keeps them apart and nobody out.
   */
  public static String fresh() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~VERSION_BITS) | VERSION_4;
    long low = (random.nextLong() & ~VARIANT_BITS) | VARIANT_2;
    return new UUID(high, low).toString();
  }
}

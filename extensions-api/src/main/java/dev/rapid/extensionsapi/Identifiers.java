package dev.rapid.extensionsapi;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The UUIDs of extensions and of the events that they are told of. */
final class Identifiers {

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
}

package dev.rapid.telemetry.delivery;

/**
 * When a batch is due (contract runtime-extensions-telemetry, section 4.2.2): whichever comes
 * first.
 *
 * @param maxItems how many records it has, 1,000 to 10,000
 * @param maxBytes their length in bytes together, 262,144 to 1,048,576
 * @param timeoutMillis how long its first record has waited, 25 to 30,000
 */
public record Buffering(int maxItems, int maxBytes, int timeoutMillis) {

  /** The default for a subscriber that does not set it. */
  public static final Buffering DEFAULT = new Buffering(10_000, 262_144, 1000);

  /** The smallest allowed number of records in a batch. */
  public static final int MIN_ITEMS = 1000;

  /** The largest allowed number of records in a batch. */
  public static final int MAX_ITEMS = 10_000;

  /** The smallest allowed size of a batch. */
  public static final int MIN_BYTES = 262_144;

  /** The largest allowed size of a batch. */
  public static final int MAX_BYTES = 1_048_576;

  /** The shortest time that may pass before an incomplete batch is sent. */
  public static final int MIN_MILLIS = 25;

  /** The longest time that may pass before an incomplete batch is sent. */
  public static final int MAX_MILLIS = 30_000;
}

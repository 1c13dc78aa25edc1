package dev.rapid.telemetry.subscription;

/**
 * When a batch is due (contract runtime-extensions-telemetry, section 4.2.2): whichever comes
 * first.
 *
 * @param maxItems how many records it has, 1,000 to 10,000
 * @param maxBytes how long they are together, 262,144 to 1,048,576
 * @param timeoutMillis how long its first record has waited, 25 to 30,000
 */
record Buffering(int maxItems, int maxBytes, int timeoutMillis) {

  /** What a subscriber gets that does not say. */
  static final Buffering DEFAULT = new Buffering(10_000, 262_144, 1000);

  static final int LEAST_ITEMS = 1000;
  static final int MOST_ITEMS = 10_000;
  static final int LEAST_BYTES = 262_144;
  static final int MOST_BYTES = 1_048_576;
  static final int LEAST_MILLIS = 25;
  static final int MOST_MILLIS = 30_000;
}

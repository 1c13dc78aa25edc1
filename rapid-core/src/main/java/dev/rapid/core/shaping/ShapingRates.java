package dev.rapid.core.shaping;

/**
 * How fast a streamed response may be (contract lifecycle-and-control, sections 5.1 and 6.1).
 *
 * @param bytesPerSecond the rate in the long run, from {@link #MIN_BYTES} to {@link #MAX_BYTES}
 * @param burstBytes how many bytes pass at once before that, in the same range
 */
public record ShapingRates(long bytesPerSecond, long burstBytes) {

  /** The least rate and burst: 32 KiB. */
  public static final long MIN_BYTES = 32 * 1024;

  /** The largest rate and burst: 64 MiB. */
  public static final long MAX_BYTES = 64 * 1024 * 1024;

  /** The cloud's default: 2 MiB/s after 6 MiB. */
  public static final ShapingRates DEFAULT = new ShapingRates(2 * 1024 * 1024, 6 * 1024 * 1024);

  /**
   * Checks the range of both.
   *
   * @throws IllegalArgumentException if one is outside; the message is for people
   */
  public ShapingRates {
    check("rate of a streamed response", "bytes per second", bytesPerSecond);
    check("burst of a streamed response", "bytes", burstBytes);
  }

  private static void check(String name, String unit, long value) {
    if (value < MIN_BYTES || value > MAX_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              "The %s must be from %d to %d %s, not %d", name, MIN_BYTES, MAX_BYTES, unit, value));
    }
  }
}

package dev.rapid.bootstrap.family;

import dev.rapid.core.time.NanoClock;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Remembers the highest of measurements that are not taken more often than is sensible. */
public final class PeakMemory {

  static final Duration INTERVAL = Duration.ofMillis(100);

  private final LongSupplier measurement;
  private final NanoClock clock;

  // All guarded by this.
  private boolean measured;
  private long lastNanos;
  private long maximum;

  /**
   * Creates a measurement that was not made yet.
   *
   * @param measurement measures now, in bytes
   */
  public PeakMemory(LongSupplier measurement, NanoClock clock) {
    this.measurement = measurement;
    this.clock = clock;
  }

  /** Returns the highest value so far, in bytes; measures if the last time is long enough ago. */
  public synchronized long bytes() {
    long now = clock.nanoTime();
    if (!measured || now - lastNanos >= INTERVAL.toNanos()) {
      maximum = Math.max(maximum, measurement.getAsLong());
      measured = true;
      lastNanos = now;
    }
    return maximum;
  }
}

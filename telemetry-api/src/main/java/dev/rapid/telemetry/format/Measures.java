package dev.rapid.telemetry.format;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.lambda.Utf8Buffer;
import java.time.Duration;

/** Rounds durations and memory for reports. */
final class Measures {

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long MEGABYTE = 1024 * 1024;

  private Measures() {}

  /** Returns the duration to report; for a timeout it is not more than the timeout. */
  static long reportedNanos(LifecycleEvent.Report report) {
    Duration timeout = report.invocation().function().timeout();
    boolean capped = report.status() == Status.TIMEOUT && timeout.isPositive();
    return capped ? Math.min(report.durationNanos(), timeout.toNanos()) : report.durationNanos();
  }

  /** Writes milliseconds with two decimals, rounded. */
  static void putMillis(long nanos, Utf8Buffer line) {
    line.putFixed((nanos + 5000) / 10_000, 2);
  }

  /** Returns milliseconds, rounded up. */
  static long billedMillis(long nanos) {
    return (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
  }

  /**
   * Returns megabytes, rounded up. If the use is not known, it returns the function's memory size,
   * because a lower number would claim a measurement.
   *
   * @param bytes the use, 0 if it is not known
   */
  static long usedMegabytes(long bytes, LifecycleEvent.Report report) {
    return bytes > 0
        ? (bytes + MEGABYTE - 1) / MEGABYTE
        : report.invocation().function().memoryMegabytes();
  }
}

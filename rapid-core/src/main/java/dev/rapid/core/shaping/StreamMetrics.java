package dev.rapid.core.shaping;

import java.util.concurrent.TimeUnit;

/**
 * How a streamed response went (contract lifecycle-and-control, sections 5.9 and 6.4).
 *
 * @param firstWriteNanos when the first write was asked for, as a reading of the nano clock; the
 *     end if there was none
 * @param endNanos when the response ended
 * @param producedBytes how many bytes were written
 * @param timeShapedNanos how long the writer waited for its turn
 */
public record StreamMetrics(
    long firstWriteNanos, long endNanos, long producedBytes, long timeShapedNanos) {

  /** The throughput is not known. */
  public static final long UNKNOWN = -1;

  /**
   * Returns the bytes per second from the first write to the end, in thousands as the cloud counts
   * them: bytes per whole millisecond, times 1000. {@link #UNKNOWN} below one millisecond.
   */
  public long outboundThroughput() {
    long millis = TimeUnit.NANOSECONDS.toMillis(endNanos - firstWriteNanos);
    return millis > 0 ? producedBytes / millis * 1000 : UNKNOWN;
  }
}

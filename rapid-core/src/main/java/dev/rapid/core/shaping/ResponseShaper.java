package dev.rapid.core.shaping;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says when the writer of one streamed response may write, and measures what it did (contract
 * lifecycle-and-control, section 6). It has no clock and no thread; {@link Pacer} has.
 *
 * <p>Tokens are taken for a whole write or not at all. A writer gets the full rate if its writes
 * leave room for one refill in the bucket; what a tick brings beyond the capacity is lost.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class ResponseShaper {

  private static final long INTERVAL_MILLIS = 125;

  private final @Nullable TokenBucket bucket;

  private boolean started;
  private long firstWriteNanos;
  private long producedBytes;
  private long timeShapedNanos;

  private boolean waiting;
  private long waitingSinceNanos;
  private long waitingUntilNanos;

  ResponseShaper(@Nullable TokenBucket bucket) {
    this.bucket = bucket;
  }

  /** Returns a shaper that lets everything pass and measures it. */
  public static ResponseShaper unshaped() {
    return new ResponseShaper(null);
  }

  /** Returns a shaper for one response, with a full bucket. */
  public static ResponseShaper of(ShapingRates rates) {
    return new ResponseShaper(
        new TokenBucket(
            rates.burstBytes(),
            rates.burstBytes(),
            rates.bytesPerSecond() * INTERVAL_MILLIS / 1000,
            TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS)));
  }

  boolean isShaped() {
    return bucket != null;
  }

  /** Returns how many of {@code bytes} one write can have at the most. */
  public int chunkOf(int bytes) {
    return bucket == null ? bytes : (int) Math.min(bytes, bucket.capacity());
  }

  /**
   * Asks to write.
   *
   * @param bytes the length of the write, at most {@link #chunkOf}
   * @param nowNanos the moment, not before that of an earlier call
   * @return 0 if the writer may write now; else how many nanoseconds it has to wait before it asks
   *     again
   * @throws IllegalArgumentException if the write is too long to be ever admitted
   */
  public long admit(int bytes, long nowNanos) {
    if (chunkOf(bytes) < bytes) {
      throw new IllegalArgumentException(
          "A write of " + bytes + " bytes is longer than the burst of " + chunkOf(bytes));
    }
    if (!started) {
      started = true;
      firstWriteNanos = nowNanos;
    }
    timeShapedNanos += waitedUntil(nowNanos);
    long wait = bucket == null ? 0 : bucket.take(bytes, nowNanos);
    waiting = wait > 0;
    waitingSinceNanos = nowNanos;
    waitingUntilNanos = nowNanos + wait;
    return wait;
  }

  /** Counts bytes that the caller's connection took. */
  public void produced(long bytes) {
    producedBytes += bytes;
  }

  /** Returns the metrics of a response that ends at {@code endNanos}. */
  public StreamMetrics metrics(long endNanos) {
    return new StreamMetrics(
        started ? firstWriteNanos : endNanos,
        endNanos,
        producedBytes,
        timeShapedNanos + waitedUntil(endNanos));
  }

  /** A wait ends with its tick, however late the writer notices. */
  private long waitedUntil(long nowNanos) {
    if (!waiting) {
      return 0;
    }
    return Math.min(nowNanos - waitingSinceNanos, waitingUntilNanos - waitingSinceNanos);
  }
}

package dev.rapid.core.shaping;

/**
 * Tokens that come in equal portions at equal intervals, up to a capacity (contract
 * lifecycle-and-control, section 6). The ticks are computed when tokens are taken; nothing ticks.
 *
 * <p>The invariant: {@code tokens} is what the ticks up to {@code ticks} have left in the bucket.
 */
final class TokenBucket {

  /** The answer to a request that no number of ticks can grant. */
  static final long NEVER = Long.MAX_VALUE;

  private final long capacity;
  private final long refill;
  private final long intervalNanos;

  private long tokens;
  private boolean started;
  private long startNanos;
  private long ticks;

  /**
   * Creates a bucket whose ticks have not started yet.
   *
   * @throws IllegalArgumentException if a value is not positive ({@code initial} may be 0), or
   *     {@code initial} does not fit into the bucket
   */
  TokenBucket(long capacity, long initial, long refill, long intervalNanos) {
    require(capacity > 0, "The capacity must be positive");
    require(initial >= 0, "The initial number of tokens must not be negative");
    require(initial <= capacity, "The initial number of tokens must not exceed the capacity");
    require(refill > 0, "The refill must be positive");
    require(intervalNanos > 0, "The interval must be positive");
    this.capacity = capacity;
    this.tokens = initial;
    this.refill = refill;
    this.intervalNanos = intervalNanos;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  long capacity() {
    return capacity;
  }

  /** Returns the tokens after the last tick or request that was seen. */
  long tokens() {
    return tokens;
  }

  /**
   * Takes all of {@code wanted} tokens or none. The first call starts the ticks: the first refill
   * comes one interval later.
   *
   * @param nowNanos the moment, not before that of an earlier call
   * @return 0 if they were taken; else how many nanoseconds remain until the tick that brings the
   *     last one, or {@link #NEVER} if the bucket is too small
   */
  long take(long wanted, long nowNanos) {
    advance(nowNanos);
    if (wanted <= tokens) {
      tokens -= wanted;
      return 0;
    }
    if (wanted > capacity) {
      return NEVER;
    }
    long missingTicks = Math.ceilDiv(wanted - tokens, refill);
    return startNanos + (ticks + missingTicks) * intervalNanos - nowNanos;
  }

  private void advance(long nowNanos) {
    if (!started) {
      started = true;
      startNanos = nowNanos;
    }
    long newTicks = (nowNanos - startNanos) / intervalNanos - ticks;
    if (newTicks > 0) {
      ticks += newTicks;
      boolean full = newTicks > (capacity - tokens) / refill;
      tokens = full ? capacity : tokens + newTicks * refill;
    }
  }
}

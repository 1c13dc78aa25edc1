package dev.rapid.core.queue;

import dev.rapid.core.queue.Settlement.Condition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often, when and until what age an entry is tried (contract invoke-api, section 4).
 *
 * @param maxAttempts how many attempts count at most, 1 or more
 * @param retryBase the wait after a failed attempt is this, times the number of attempts
 * @param maxAge how old an entry may be when an attempt begins
 * @param firstBackOff the wait after an attempt that was refused or met a fault; it doubles, with
 *     jitter, up to {@code maxBackOff}
 * @param maxBackOff the longest such wait
 * @param runsNothing whether entries are given up without an attempt, because the function has
 *     reserved concurrency 0
 */
public record RetryPolicy(
    int maxAttempts,
    Duration retryBase,
    Duration maxAge,
    Duration firstBackOff,
    Duration maxBackOff,
    boolean runsNothing) {

  private static final int MAX_DOUBLINGS = 30;

  /** Checks the number of attempts. */
  public RetryPolicy {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("An entry needs an attempt, not " + maxAttempts);
    }
  }

  /**
   * Returns what becomes of an entry without an attempt.
   *
   * @return null if its attempt may begin now
   */
  Settlement.@Nullable Dead beforeAttempt(QueueEntry entry, long nowMillis) {
    if (runsNothing) {
      return new Settlement.Dead(Condition.ZERO_RESERVED_CONCURRENCY, entry.attempts(), null);
    }
    if (nowMillis > lastBeginMillis(entry)) {
      return new Settlement.Dead(Condition.EVENT_AGE_EXCEEDED, entry.attempts(), null);
    }
    if (entry.attempts() >= maxAttempts) {
      // It failed when the function had more attempts.
      return new Settlement.Dead(Condition.RETRIES_EXHAUSTED, entry.attempts(), null);
    }
    return null;
  }

  /** Returns the last moment at which an attempt of the entry may begin. */
  long lastBeginMillis(QueueEntry entry) {
    return entry.acceptedMillis() + maxAge.toMillis();
  }

  /**
   * Returns what becomes of an entry after an attempt.
   *
   * @param random from 0 to 1, for the jitter
   */
  Settlement afterAttempt(QueueEntry entry, AttemptResult result, long nowMillis, double random) {
    int counted = entry.attempts() + 1;
    return switch (result) {
      case AttemptResult.Succeeded() -> new Settlement.Done();
      case AttemptResult.Failed(String reason) ->
          counted >= maxAttempts
              ? new Settlement.Dead(Condition.RETRIES_EXHAUSTED, counted, reason)
              : again(
                  entry,
                  nowMillis + retryBase.multipliedBy(counted).toMillis(),
                  counted,
                  0,
                  reason);
      case AttemptResult.NotRun(String reason) -> {
        int throttles = entry.throttles() + 1;
        long due = nowMillis + backOffMillis(throttles, random);
        yield again(entry, due, entry.attempts(), throttles, reason);
      }
      case AttemptResult.Hopeless(String reason) ->
          new Settlement.Dead(Condition.RETRIES_EXHAUSTED, counted, reason);
    };
  }

  private Settlement again(
      QueueEntry entry, long dueMillis, int attempts, int throttles, String reason) {
    return dueMillis > lastBeginMillis(entry)
        ? new Settlement.Dead(Condition.EVENT_AGE_EXCEEDED, attempts, reason)
        : new Settlement.Again(dueMillis, attempts, throttles, reason);
  }

  /**
   * Returns the wait after an attempt that did not run.
   *
   * @param inARow how many did not, 1 or more
   * @param random from 0 for half of the wait to 1 for all of it
   */
  long backOffMillis(int inARow, double random) {
    long doubled = firstBackOff.toMillis() << Math.min(inARow - 1, MAX_DOUBLINGS);
    long whole = Math.min(doubled, maxBackOff.toMillis());
    return whole - (long) (whole * (1 - random) / 2);
  }
}

package dev.rapid.core.time;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A moment that something has to be over by, as a reading of the {@link NanoClock}; {@link #NEVER}
 * does not pass.
 */
public record Deadline(long nanos) {

  /** Does not pass. */
  public static final Deadline NEVER = new Deadline(Long.MAX_VALUE);

  /** Returns the end of {@code budget}, which begins at {@code startNanos}; zero is no limit. */
  public static Deadline after(long startNanos, Duration budget) {
    return budget.isZero() ? NEVER : new Deadline(startNanos + budget.toNanos());
  }

  /** Returns whether this deadline never passes. */
  public boolean isNever() {
    return nanos == NEVER.nanos;
  }

  /** Returns whether {@code nowNanos} is the deadline or later. */
  public boolean hasPassed(long nowNanos) {
    return !isNever() && nowNanos - nanos >= 0;
  }

  /** Returns the earlier one of two deadlines. */
  public Deadline earlier(Deadline other) {
    if (isNever()) {
      return other;
    }
    return other.isNever() || nanos - other.nanos <= 0 ? this : other;
  }

  // Written out: those that Java generates make classes when they are first called, for which the
  // first init would wait.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Deadline that && nanos == that.nanos;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(nanos);
  }
}

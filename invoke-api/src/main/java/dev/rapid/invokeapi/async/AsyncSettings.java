package dev.rapid.invokeapi.async;

import java.time.Duration;

/**
 * How events whose callers do not wait are tried (contract invoke-api, section 4).
 *
 * @param attempts how often an event that fails is tried in all, 1 to {@value #MOST_ATTEMPTS}
 * @param retryBase what is waited before the second attempt; before the third it is twice as much
 * @param maxAge how old an event may become before its next attempt
 */
public record AsyncSettings(int attempts, Duration retryBase, Duration maxAge) {

  /** The cloud's most retries, and the first attempt. */
  public static final int MOST_ATTEMPTS = 3;

  /** The shortest age that the cloud lets a function choose. */
  public static final Duration LEAST_AGE = Duration.ofSeconds(60);

  /** The longest age that the cloud lets a function choose. */
  public static final Duration MOST_AGE = Duration.ofHours(6);

  /** What the cloud does if a function chooses nothing. */
  public static final AsyncSettings DEFAULT =
      new AsyncSettings(MOST_ATTEMPTS, Duration.ofMinutes(1), MOST_AGE);
}

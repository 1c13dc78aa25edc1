package dev.rapid.lambda.async;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How asynchronous invocations are tried (contract invoke-api, section 4).
 *
 * @param attempts the most attempts of an invocation that fails, 1 to {@value #MAX_ATTEMPTS}
 * @param retryBase the wait before the second attempt; it is twice as long before the third
 * @param maxAge how old an invocation may become before its next attempt
 * @param onSuccess where the record of an invocation goes that has succeeded, null for nowhere
 * @param onFailure where the record of an invocation goes that is given up, null for nowhere
 * @param deadLetters where the payload of an invocation goes that is given up, null for nowhere
 */
public record AsyncSettings(
    int attempts,
    Duration retryBase,
    Duration maxAge,
    @Nullable Destination onSuccess,
    @Nullable Destination onFailure,
    @Nullable Destination deadLetters) {

  /** The cloud's maximum of retries, and the first attempt. */
  public static final int MAX_ATTEMPTS = 3;

  /** The shortest age that the cloud lets a function choose. */
  public static final Duration MIN_AGE = Duration.ofSeconds(60);

  /** The longest age that the cloud lets a function choose. */
  public static final Duration MAX_AGE = Duration.ofHours(6);

  /** The cloud's defaults: no destinations. */
  public static final AsyncSettings DEFAULT =
      new AsyncSettings(MAX_ATTEMPTS, Duration.ofMinutes(1), MAX_AGE);

  /** Creates settings without destinations. */
  public AsyncSettings(int attempts, Duration retryBase, Duration maxAge) {
    this(attempts, retryBase, maxAge, null, null, null);
  }
}

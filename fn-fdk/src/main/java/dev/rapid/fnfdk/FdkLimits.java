package dev.rapid.fnfdk;

import dev.rapid.lambda.Limits;
import java.time.Duration;

/**
 * The limits of a worker (contract fn-runner, section 1.9).
 *
 * @param headBytes how long the head of an answer may be
 * @param bufferedBytes how long the body of an answer may be that is not passed on while it comes
 * @param idleConnection how long a connection without a call stays open
 */
public record FdkLimits(int headBytes, int bufferedBytes, Duration idleConnection) {

  /** Returns the usual limits for answers whose heads have a limit. */
  public static FdkLimits ofHeads(int bytes) {
    return new FdkLimits(bytes, Limits.MAX_RESPONSE_BYTES, Duration.ofSeconds(1));
  }
}

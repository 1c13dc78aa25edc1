package dev.rapid.invokeapi.invoke;

import dev.rapid.core.time.NanoClock;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;

/**
 * A number of requests in each second; a second begins with the limit or with the end of the one
 * before.
 */
public final class RequestsPerSecond implements RequestRate {

  private final RateLimiter limiter;

  /**
   * Creates a limit.
   *
   * @param function the name of the function
   * @param requests how many requests are taken in a second, 1 or more
   */
  public RequestsPerSecond(String function, int requests, NanoClock clock) {
    // The factory methods of the library know no clock but the system's.
    this.limiter =
        new AtomicRateLimiter(
            function,
            RateLimiterConfig.custom()
                .limitForPeriod(requests)
                .limitRefreshPeriod(Duration.ofSeconds(1))
                .timeoutDuration(Duration.ZERO)
                .build(),
            clock::nanoTime);
  }

  @Override
  public boolean permits() {
    // Unlike acquirePermission, it never waits.
    return limiter.reservePermission() == 0;
  }
}

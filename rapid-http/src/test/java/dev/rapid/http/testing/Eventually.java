package dev.rapid.http.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what another thread is about to do, without a pause when it is done already. */
public final class Eventually {

  private Eventually() {}

  /** Returns as soon as {@code condition} holds; fails after a time that only a bug needs. */
  public static void eventually(Callable<Boolean> condition) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(condition);
  }
}

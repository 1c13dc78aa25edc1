package dev.rapid.queue.delivery;

import dev.rapid.core.queue.RetryPolicy;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.AttemptRunner;
import dev.rapid.queue.delivery.aws.AwsCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes what delivers to destinations. A delivery runs on a virtual thread of its own; a file that
 * hangs does not stop others.
 */
public final class DeliveryRunners implements AutoCloseable {

  /** How often a target may fail before a delivery is given up. */
  private static final int ATTEMPTS = 10;

  private static final Duration RETRY_BASE = Duration.ofSeconds(10);
  private static final Duration MAX_AGE = Duration.ofHours(6);
  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
  private static final Duration MAX_BACK_OFF = Duration.ofMinutes(5);
  private static final Duration SHORTEST_BACK_OFF = Duration.ofMillis(1);

  /** How many lines one sync may write. */
  private static final int LINES_AT_ONCE = 64;

  private static final int REQUESTS_AT_ONCE = 8;

  private final HttpDelivery http = new HttpDelivery();
  private final Map<Path, FileDelivery> files = new ConcurrentHashMap<>();
  private final AwsCredentials credentials;

  /**
   * Creates runners that have done nothing yet.
   *
   * @param environment may have the credentials that sign requests to services
   */
  public DeliveryRunners(Map<String, String> environment) {
    this.credentials = AwsCredentials.of(environment);
  }

  /**
   * Returns how deliveries are tried, except those to functions. A target that cannot be reached or
   * has no room does not count as an attempt.
   *
   * @param timeScale by how much all times are divided
   */
  public static RetryPolicy policy(int timeScale) {
    return new RetryPolicy(
        ATTEMPTS,
        RETRY_BASE.dividedBy(timeScale),
        MAX_AGE.dividedBy(timeScale),
        backOff(FIRST_BACK_OFF, timeScale),
        backOff(MAX_BACK_OFF, timeScale),
        false);
  }

  private static Duration backOff(Duration usual, int timeScale) {
    Duration scaled = usual.dividedBy(timeScale);
    return scaled.compareTo(SHORTEST_BACK_OFF) < 0 ? SHORTEST_BACK_OFF : scaled;
  }

  /** Returns how many deliveries to a destination run at once. */
  public static int capacity(Destination destination) {
    return destination instanceof Destination.OfFile ? LINES_AT_ONCE : REQUESTS_AT_ONCE;
  }

  /**
   * Returns what delivers to a destination.
   *
   * @throws IllegalArgumentException if it is a function, whose deliveries are events of its own
   */
  public AttemptRunner runner(Destination destination) {
    return switch (destination) {
      // One for each file, because it may have one lock in a process.
      case Destination.OfFile file -> files.computeIfAbsent(file.file(), FileDelivery::new);
      case Destination.OfHook hook -> new HookDelivery(hook, http);
      case Destination.OfService service -> new ServiceDelivery(service, credentials, http);
      case Destination.OfFunction function ->
          throw new IllegalArgumentException(function.name() + " has a lane of its own");
    };
  }

  @Override
  public void close() {
    http.close();
  }
}

package dev.rapid.emulator;

import dev.rapid.core.time.NanoClock;
import dev.rapid.http.HttpListener;
import dev.rapid.status.Drain;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * The end that loses no request (docs/cluster.md): it is announced, callers are served for a while
 * until load balancers have noticed, then the addresses close, and running requests finish.
 */
final class AnnouncedEnd implements Drain {

  private static final Logger LOG = System.getLogger(AnnouncedEnd.class.getName());

  /** How long the connections in the backlog may take to be accepted. */
  private static final long ACCEPT_PATIENCE_SECONDS = 3;

  /**
   * How long a client may take to send a request on a connection that it had before the address
   * closed.
   */
  private static final long REQUEST_PATIENCE_NANOS = Duration.ofMillis(500).toNanos();

  private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(5).toNanos();

  private final List<HttpListener> listeners;
  private final OpenRequests requests;
  private final Runnable announced;
  private final NanoClock clock;
  private final LongConsumer sleep;

  // Both guarded by this.
  private boolean begun;
  private long beganNanos;

  /**
   * Creates the end of these addresses.
   *
   * @param requests those that are to finish
   * @param announced runs once, when the end is announced
   */
  AnnouncedEnd(List<HttpListener> listeners, OpenRequests requests, Runnable announced) {
    this(listeners, requests, announced, NanoClock.SYSTEM, LockSupport::parkNanos);
  }

  /**
   * Creates the end of these addresses.
   *
   * @param requests those that are to finish
   * @param announced runs once, when the end is announced
   * @param sleep waits for a number of nanoseconds of {@code clock}
   */
  AnnouncedEnd(
      List<HttpListener> listeners,
      OpenRequests requests,
      Runnable announced,
      NanoClock clock,
      LongConsumer sleep) {
    this.listeners = List.copyOf(listeners);
    this.requests = requests;
    this.announced = announced;
    this.clock = clock;
    this.sleep = sleep;
  }

  @Override
  public void begin() {
    synchronized (this) {
      if (begun) {
        return;
      }
      begun = true;
      beganNanos = clock.nanoTime();
    }
    listeners.forEach(HttpListener::endConnectionsWithAnswers);
    announced.run();
  }

  @Override
  public synchronized boolean hasBegun() {
    return begun;
  }

  private synchronized long remainingNanos(Duration delay) {
    return beganNanos + delay.toNanos() - clock.nanoTime();
  }

  /**
   * Carries out the end, except that of the functions.
   *
   * @param delay how long callers are served after the announcement
   * @param patience how long running requests may take after that
   */
  void finish(Duration delay, Duration patience) {
    begin();
    LOG.log(
        Level.INFO,
        "draining: "
            + (delay.isZero() ? "" : "callers are served for " + delay.toSeconds() + " s, then ")
            + "running requests finish");
    for (long left = remainingNanos(delay); left > 0; left = remainingNanos(delay)) {
      sleep.accept(left);
    }
    stopAccepting();
    long deadline = clock.nanoTime() + REQUEST_PATIENCE_NANOS;
    while (isConnected() && clock.nanoTime() - deadline < 0) {
      sleep.accept(LOOK_AGAIN_NANOS);
    }
    listeners.forEach(HttpListener::closeIdleConnections);
    if (!requests.awaitNone(patience)) {
      LOG.log(Level.WARNING, "draining: some requests have not finished in time");
    }
  }

  private void stopAccepting() {
    CompletableFuture<Void> stopped =
        CompletableFuture.allOf(
            listeners.stream()
                .map(HttpListener::stopAccepting)
                .toArray(CompletableFuture<?>[]::new));
    stopped.completeOnTimeout(null, ACCEPT_PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  private boolean isConnected() {
    return listeners.stream().anyMatch(each -> each.openConnections() > 0);
  }
}

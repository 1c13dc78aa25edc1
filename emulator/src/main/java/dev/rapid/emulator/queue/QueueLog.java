package dev.rapid.emulator.queue;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.core.queue.QueueEntry;
import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.QueueListener;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoredEntry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Rapid's own log of asynchronous invocations: a line for each attempt that is repeated, and one
 * when an event is given up.
 */
final class QueueLog implements QueueListener {

  private static final Logger LOG = System.getLogger(QueueLog.class.getName());

  private final boolean inMemory;
  private final LongSupplier nowMillis;
  private final AtomicBoolean said = new AtomicBoolean();

  /**
   * Creates a log.
   *
   * @param inMemory whether events end with Rapid, which is said once
   * @param nowMillis the time of the store, milliseconds since 1970
   */
  QueueLog(boolean inMemory, LongSupplier nowMillis) {
    this.inMemory = inMemory;
    this.nowMillis = nowMillis;
  }

  @Override
  public void accepted(StoredEntry entry) {
    if (inMemory && said.compareAndSet(false, true)) {
      LOG.log(
          Level.INFO,
          "Asynchronous invocations are kept in memory and end with Rapid; with --data-dir they"
              + " survive");
    }
  }

  @Override
  public void ended(StoredEntry entry, AttemptResult result, Settlement settlement) {
    settled(entry, settlement);
  }

  @Override
  public void settledUnrun(StoredEntry entry, Settlement settlement) {
    settled(entry, settlement);
  }

  private void settled(StoredEntry entry, Settlement settlement) {
    switch (settlement) {
      case Settlement.Again again ->
          LOG.log(
              Level.INFO,
              "{0} failed ({1}); next attempt in {2}",
              subject(entry),
              again.reason(),
              seconds(Math.max(0, again.dueMillis() - nowMillis.getAsLong())));
      case Settlement.Dead dead -> givenUp(entry, dead.attempts(), reason(entry, dead));
      case Settlement.Done done -> {}
      case Settlement.Released released -> {}
    }
  }

  private static String reason(StoredEntry entry, Settlement.Dead dead) {
    String last = dead.reason() == null ? entry.reason() : dead.reason();
    return switch (dead.condition()) {
      case RETRIES_EXHAUSTED -> String.valueOf(last);
      case EVENT_AGE_EXCEEDED ->
          last == null ? "too old to be tried" : last + ", and too old to try again";
      case ZERO_RESERVED_CONCURRENCY -> "the function has reserved concurrency 0";
    };
  }

  private static void givenUp(StoredEntry entry, int attempts, String reason) {
    LOG.log(
        Level.WARNING,
        "{0} is given up after {1} attempt(s): {2}",
        subject(entry),
        Integer.toString(attempts),
        reason);
  }

  @Override
  public void lost(StoredEntry entry) {
    givenUp(entry, entry.attempts(), "Rapid is shutting down");
  }

  @Override
  public void claimLost(QueueEntry entry) {
    LOG.log(
        Level.WARNING,
        "The claim of entry {0} has ended before its attempt was settled; it runs again",
        entry.id());
  }

  @Override
  public void storeAvailable(boolean available, String message) {
    if (available) {
      LOG.log(Level.INFO, "The queue of asynchronous invocations can be reached again");
    } else {
      LOG.log(
          Level.WARNING, "The queue of asynchronous invocations cannot be reached: {0}", message);
    }
  }

  private static String subject(StoredEntry entry) {
    String destination = Lanes.destinationOf(entry.lane());
    return destination == null
        ? "Asynchronous invocation " + entry.requestId()
        : "Delivery to " + destination + " for invocation " + entry.requestId();
  }

  private static String seconds(long millis) {
    // Part of the wait has passed when it is logged.
    return millis >= 950 ? Duration.ofMillis(millis + 500).toSeconds() + " s" : millis + " ms";
  }
}

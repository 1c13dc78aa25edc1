package dev.rapid.status.queue;

import dev.rapid.core.time.NanoClock;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.LaneCount;
import dev.rapid.queue.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How many entries the queue has. A thread of its own asks the store, at most once in a second; who
 * wants to know waits for it for a moment only, and else gets what was found before.
 */
public final class QueueCounts {

  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long PATIENCE_NANOS = Duration.ofMillis(250).toNanos();

  private final QueueAccess queue;
  private final NanoClock clock;

  // All guarded by this.
  private Snapshot last = Snapshot.EMPTY;
  private @Nullable Long lastNanos;
  private @Nullable Look look;

  /** Creates counts of a queue, which are not known yet. */
  public QueueCounts(QueueAccess queue, NanoClock clock) {
    this.queue = queue;
    this.clock = clock;
  }

  /**
   * What the store has said.
   *
   * @param lanes the counts
   * @param nowMillis when, milliseconds since 1970 by the clock of the store
   * @param failure why it could not be asked, one line; null if it could. Then the counts are those
   *     from before
   */
  public record Snapshot(List<LaneCount> lanes, long nowMillis, @Nullable String failure) {

    static final Snapshot EMPTY = new Snapshot(List.of(), 0, null);

    /** Returns how many entries of a lane are in a state. */
    public long entries(String lane, EntryState state) {
      return lanes.stream()
          .filter(each -> each.lane().equals(lane) && each.state() == state)
          .mapToLong(LaneCount::entries)
          .sum();
    }

    /** Returns how many entries of a lane could be claimed now. */
    public long due(String lane) {
      return lanes.stream()
          .filter(each -> each.lane().equals(lane))
          .mapToLong(LaneCount::due)
          .sum();
    }

    /** Returns how many entries of some lanes are in a state. */
    long entries(Predicate<String> ofLanes, EntryState state) {
      return lanes.stream()
          .filter(each -> ofLanes.test(each.lane()) && each.state() == state)
          .mapToLong(LaneCount::entries)
          .sum();
    }

    /** Returns how many seconds ago the oldest entry of a lane was accepted that is not dead. */
    public long oldestSeconds(String lane) {
      return lanes.stream()
          .filter(each -> each.lane().equals(lane) && each.state() != EntryState.DEAD)
          .mapToLong(each -> Math.max(0, nowMillis - each.oldestMillis()) / 1000)
          .max()
          .orElse(0);
    }
  }

  /** One look at the store. */
  private record Look(long beganNanos, CountDownLatch over) {}

  /** Returns what is known. Waits for the store for a moment; not for an I/O thread. */
  public Snapshot get() {
    Look current = current();
    if (current != null) {
      long left = current.beganNanos() + PATIENCE_NANOS - clock.nanoTime();
      try {
        boolean unused = current.over().await(left, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return last();
  }

  private synchronized Snapshot last() {
    return last;
  }

  /** Returns the look that is under way, null if what is known is new enough. */
  private synchronized @Nullable Look current() {
    if (look != null || !queue.isInUse()) {
      return look;
    }
    if (lastNanos != null && clock.nanoTime() - lastNanos < FRESH_NANOS) {
      return null;
    }
    Look begun = new Look(clock.nanoTime(), new CountDownLatch(1));
    look = begun;
    Thread unused =
        Thread.ofPlatform().daemon().name("rapid-queue-counts").start(() -> look(begun));
    return begun;
  }

  private void look(Look begun) {
    Snapshot found;
    try {
      EntryStore store = queue.store();
      found = new Snapshot(store.counts(), store.nowMillis(), null);
    } catch (StoreException e) {
      Snapshot before = last();
      found = new Snapshot(before.lanes(), before.nowMillis(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      Snapshot before = last();
      found = new Snapshot(before.lanes(), before.nowMillis(), e.toString());
    }
    synchronized (this) {
      last = found;
      lastNanos = clock.nanoTime();
      look = null;
    }
    begun.over().countDown();
  }
}

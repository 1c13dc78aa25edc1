package dev.rapid.core.queue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of its queue. Times are milliseconds since 1970 by the clock of the store;
 * {@link #NEVER} stands for none.
 *
 * @param lanes those that the node serves, and those with claimed entries, in their order
 * @param settling settlements that are not known to be committed
 * @param claimSentMillis when the claim that is under way was sent, null if none is
 * @param extension the extension of leases that is under way, null if none is
 * @param extendAtMillis when leases are extended again
 * @param storeAwayUntilMillis the store is not asked before, because it could not be reached
 * @param lastBegun the lane whose attempt has begun last
 * @param beginsUntilMillis no attempt begins later, because the node drains
 * @param wakeAtMillis when {@link QueueEvent.Woken} comes
 * @param nowMillis when the last event happened
 */
public record QueueState(
    QueueConfig config,
    Map<String, Lane> lanes,
    List<Settling> settling,
    @Nullable Long claimSentMillis,
    @Nullable Extension extension,
    long extendAtMillis,
    long storeAwayUntilMillis,
    @Nullable String lastBegun,
    long beginsUntilMillis,
    long wakeAtMillis,
    long nowMillis) {

  /** A moment that does not come. */
  public static final long NEVER = Long.MAX_VALUE;

  /** An extension of leases that is under way. */
  public record Extension(long sentMillis, Set<QueueEntry> entries) {}

  /** Returns the state of a node that serves no lanes yet. */
  public static QueueState initial(QueueConfig config) {
    return new QueueState(
        config,
        Map.of(),
        List.of(),
        null,
        null,
        NEVER,
        Long.MIN_VALUE,
        null,
        NEVER,
        NEVER,
        Long.MIN_VALUE);
  }

  /** Returns how many attempts run. */
  public int running() {
    int all = 0;
    for (Lane each : lanes.values()) {
      all += each.running().size();
    }
    return all;
  }

  /** Returns whether the node drains, has nothing left of the queue, and gets nothing more. */
  public boolean isDrained() {
    if (beginsUntilMillis == NEVER || claimSentMillis != null || !settling.isEmpty()) {
      return false;
    }
    for (Lane each : lanes.values()) {
      Long due = each.nextDueMillis();
      if (!each.isEmpty() || (each.served() && due != null && due <= beginsUntilMillis)) {
        return false;
      }
    }
    return true;
  }
}

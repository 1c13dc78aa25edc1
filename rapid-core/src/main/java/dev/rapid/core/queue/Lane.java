package dev.rapid.core.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries that share a limit: those of one function, or those for one destination.
 *
 * @param name its name in the store
 * @param capacity how many attempts run at once; with 0 the entries wait
 * @param counted whether its attempts count towards {@link QueueConfig#maxRunning}
 * @param policy how often, when and until what age its entries are tried
 * @param served whether the node runs its entries; if not, it ends with what the node still has
 * @param ready claimed entries whose attempt has not begun, in their order
 * @param running the entries whose attempt runs
 * @param attemptMillis how long the last attempt took, null if none has ended
 * @param nextDueMillis when the first entry that the node knows of in the store is due, null if it
 *     knows of none
 * @param claimedMillis when the node has last claimed entries
 * @param yieldsUntilMillis no claim comes before, because other nodes may run what this one had no
 *     room for
 * @param pausedUntilMillis no attempt begins before, because one was refused
 * @param refusals how many pauses there were since an attempt last ran
 */
public record Lane(
    String name,
    int capacity,
    boolean counted,
    RetryPolicy policy,
    boolean served,
    List<ClaimedEntry> ready,
    List<ClaimedEntry> running,
    @Nullable Long attemptMillis,
    @Nullable Long nextDueMillis,
    long claimedMillis,
    long yieldsUntilMillis,
    long pausedUntilMillis,
    int refusals) {

  /** A lane claims as much in advance as runs within this time. */
  private static final long PREFETCHED_MILLIS = 100;

  private static final int MAX_PREFETCHED = 64;

  static Lane served(
      String name, int capacity, boolean counted, RetryPolicy policy, long nowMillis) {
    return new Lane(
        name, capacity, counted, policy, true, List.of(), List.of(), null, nowMillis, nowMillis, 0,
        0, 0);
  }

  /** Serves it from now on with these limits. A pause ends, because its reason may have ended. */
  Lane servedWith(int newCapacity, boolean newCounted, RetryPolicy newPolicy, long nowMillis) {
    return new Lane(
        name,
        newCapacity,
        newCounted,
        newPolicy,
        true,
        ready,
        running,
        attemptMillis,
        nowMillis,
        nowMillis,
        0,
        0,
        0);
  }

  Lane withdrawn() {
    return new Lane(
        name,
        capacity,
        counted,
        policy,
        false,
        ready,
        running,
        attemptMillis,
        null,
        claimedMillis,
        yieldsUntilMillis,
        pausedUntilMillis,
        refusals);
  }

  Lane withReady(List<ClaimedEntry> entries) {
    return with(entries, running, attemptMillis);
  }

  Lane withRunning(List<ClaimedEntry> entries) {
    return with(ready, entries, attemptMillis);
  }

  Lane with(
      List<ClaimedEntry> newReady, List<ClaimedEntry> newRunning, @Nullable Long newAttemptMillis) {
    return new Lane(
        name,
        capacity,
        counted,
        policy,
        served,
        newReady,
        newRunning,
        newAttemptMillis,
        nextDueMillis,
        claimedMillis,
        yieldsUntilMillis,
        pausedUntilMillis,
        refusals);
  }

  /** Knows of an entry in the store. */
  Lane dueAt(long millis) {
    Long known = nextDueMillis;
    return known != null && known <= millis
        ? this
        : withStore(millis, claimedMillis, yieldsUntilMillis);
  }

  /** Claims entries; then it knows of none in the store. */
  Lane claiming(long nowMillis) {
    return withStore(null, nowMillis, yieldsUntilMillis);
  }

  /** Leaves its entries to other nodes for a while. */
  Lane yieldingUntil(long millis) {
    return withStore(nextDueMillis, claimedMillis, millis);
  }

  private Lane withStore(@Nullable Long nextDue, long claimed, long yieldsUntil) {
    return new Lane(
        name,
        capacity,
        counted,
        policy,
        served,
        ready,
        running,
        attemptMillis,
        nextDue,
        claimed,
        yieldsUntil,
        pausedUntilMillis,
        refusals);
  }

  Lane pausedUntil(long millis, int newRefusals) {
    return new Lane(
        name,
        capacity,
        counted,
        policy,
        served,
        ready,
        running,
        attemptMillis,
        nextDueMillis,
        claimedMillis,
        yieldsUntilMillis,
        millis,
        newRefusals);
  }

  /** Returns how many entries it claims beyond those that can run at once. */
  int prefetch() {
    Long last = attemptMillis;
    if (last == null || last > PREFETCHED_MILLIS) {
      return 0;
    }
    return (int) Math.min(MAX_PREFETCHED, capacity * (PREFETCHED_MILLIS / Math.max(1, last)));
  }

  boolean isEmpty() {
    return ready.isEmpty() && running.isEmpty();
  }
}

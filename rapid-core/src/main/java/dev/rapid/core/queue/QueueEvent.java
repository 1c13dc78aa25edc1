package dev.rapid.core.queue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can happen to the queue of a node. */
public sealed interface QueueEvent {

  /**
   * The node runs the entries of a lane from now on, or with another policy.
   *
   * @param capacity how many attempts of the lane run at once; with 0 its entries wait
   * @param counted whether its attempts count towards {@link QueueConfig#maxRunning}
   */
  record LaneServed(String lane, int capacity, boolean counted, RetryPolicy policy)
      implements QueueEvent {}

  /** The node does not run entries of a lane any more. Running attempts go on. */
  record LaneWithdrawn(String lane) implements QueueEvent {}

  /**
   * An entry has come into the store, or may have, because the answer of the store is missing.
   *
   * @param dueMillis when its next attempt may begin
   */
  record Added(String lane, long dueMillis) implements QueueEvent {}

  /**
   * A {@link QueueEffect.Claim} has ended: all of it, also for lanes without entries.
   *
   * @param entries what is claimed now, of each lane in the order in which it came
   * @param nextDueMillis for each lane that was asked for and has entries left, when the first one
   *     is due
   */
  record Claimed(List<QueueEntry> entries, Map<String, Long> nextDueMillis) implements QueueEvent {}

  /** The store could not be reached for a claim. */
  record ClaimFailed() implements QueueEvent {}

  /**
   * An attempt has ended.
   *
   * @param entry as the attempt began
   * @param random from 0 to 1, for the jitter of a pause
   */
  record AttemptEnded(QueueEntry entry, AttemptResult result, double random)
      implements QueueEvent {}

  /**
   * A settlement is committed.
   *
   * @param entry as it was in {@link QueueEffect.Settle}
   * @param held whether the claim still held; if not, another attempt has begun elsewhere
   */
  record Settled(QueueEntry entry, boolean held) implements QueueEvent {}

  /** The store could not be reached for a settlement. */
  record SettlementFailed(QueueEntry entry) implements QueueEvent {}

  /**
   * The leases were extended.
   *
   * @param lost the entries whose claim does not hold any more
   */
  record LeasesExtended(Set<QueueEntry> lost) implements QueueEvent {}

  /** The store could not be reached for leases. */
  record ExtensionFailed() implements QueueEvent {}

  /** The moment of the last {@link QueueEffect.WakeAt} has come. */
  record Woken() implements QueueEvent {}

  /**
   * The node begins no more attempts. {@link QueueState#isDrained} tells when it has nothing left.
   *
   * @param untilMillis attempts that would begin later are left to others; null for at once. A
   *     later request may only shorten it.
   */
  record DrainRequested(@Nullable Long untilMillis) implements QueueEvent {}
}

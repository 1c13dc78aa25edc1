package dev.rapid.core.queue;

import java.util.List;
import java.util.Map;

/**
 * What the queue of a node can ask for. The store carries out claims, settlements and extensions in
 * the order in which they were asked for, and each is answered with one event.
 */
public sealed interface QueueEffect {

  /**
   * Claims entries that are due. There is one claim at a time.
   *
   * @param atMost how many of each lane
   */
  record Claim(Map<String, Integer> atMost) implements QueueEffect {}

  /** Begins an attempt of a claimed entry. */
  record Begin(QueueEntry entry) implements QueueEffect {}

  /**
   * Writes what becomes of a claimed entry. It is asked for again if it failed. If the node has
   * lost the entry and has it again, then with the newer claim.
   */
  record Settle(QueueEntry entry, Settlement settlement) implements QueueEffect {}

  /** Extends the leases of claimed entries. */
  record ExtendLeases(List<QueueEntry> entries) implements QueueEffect {}

  /** Forgets a claimed entry whose claim is lost before its attempt has begun. */
  record Forget(QueueEntry entry) implements QueueEffect {}

  /** Asks for {@link QueueEvent.Woken} at a moment, instead of the one before. */
  record WakeAt(long millis) implements QueueEffect {}
}

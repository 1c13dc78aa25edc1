package dev.rapid.core.queue;

import java.util.List;
import java.util.Map;

/** What the queue of a node can ask for. */
public sealed interface QueueEffect {

  /**
   * Claims entries that are due.
   *
   * @param atMost how many of each lane
   */
  record Claim(Map<String, Integer> atMost) implements QueueEffect {}

  /** Begins an attempt of a claimed entry. */
  record Begin(QueueEntry entry) implements QueueEffect {}

  /** Writes what becomes of a claimed entry. */
  record Settle(QueueEntry entry, Settlement settlement) implements QueueEffect {}

  /** Extends the leases of claimed entries. */
  record ExtendLeases(List<QueueEntry> entries) implements QueueEffect {}

  /** Asks for {@link QueueEvent.Woken} at a moment, instead of the one before. */
  record WakeAt(long millis) implements QueueEffect {}
}

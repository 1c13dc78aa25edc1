package dev.rapid.queue.store;

import dev.rapid.core.queue.QueueEntry;
import dev.rapid.core.queue.Settlement;
import java.util.List;
import java.util.Map;

/**
 * What one transaction changes and claims, in this order.
 *
 * @param added new entries; those for which the store has no room are refused
 * @param settled what becomes of claimed entries
 * @param extended claimed entries whose leases begin anew
 * @param claims how many entries of which lanes to claim at most
 * @param nowMillis the time, milliseconds since 1970
 * @param leaseMillis how long claims hold
 */
public record StoreChanges(
    List<StoredEntry> added,
    List<Settled> settled,
    List<QueueEntry> extended,
    Map<String, Integer> claims,
    long nowMillis,
    long leaseMillis) {

  /**
   * What becomes of a claimed entry.
   *
   * @param followers new entries, which come only if the claim still holds: deliveries. They are
   *     never refused.
   */
  public record Settled(QueueEntry entry, Settlement settlement, List<StoredEntry> followers) {}
}

package dev.rapid.queue.store;

import dev.rapid.core.queue.QueueEntry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What a committed transaction has found.
 *
 * @param refused the added entries for which the store has no room
 * @param lost the settled or extended entries, as they were in the changes, whose claim did not
 *     hold any more; nothing was changed for them
 * @param claimed the claimed entries, with their payloads, of each lane in the order in which they
 *     were due
 * @param nextDueMillis for each lane of the claims that has entries left which are not dead, when
 *     the first one is due
 */
public record StoreResult(
    Set<UUID> refused,
    Set<QueueEntry> lost,
    List<StoredEntry> claimed,
    Map<String, Long> nextDueMillis) {}

package dev.rapid.core.queue;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Entries that share a limit: those of one function, or those for one destination.
 *
 * @param name its name in the store
 * @param capacity how many attempts run at once
 * @param ready claimed entries whose attempt has not begun, in their order
 * @param running the entries whose attempt runs
 * @param claiming whether a claim is under way
 * @param nextDueMillis when the first entry that the node knows of in the store is due, null if it
 *     knows of none
 * @param pausedUntilMillis no attempt begins before, because the last one was refused
 */
public record Lane(
    String name,
    int capacity,
    RetryPolicy policy,
    List<QueueEntry> ready,
    Set<UUID> running,
    boolean claiming,
    @Nullable Long nextDueMillis,
    long pausedUntilMillis) {}

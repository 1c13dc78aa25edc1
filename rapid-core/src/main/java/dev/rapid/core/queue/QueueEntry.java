package dev.rapid.core.queue;

import java.util.UUID;

/**
 * What the queue knows of one entry.
 *
 * @param id identifies the entry in the store
 * @param lane the name of its {@link Lane}
 * @param claim how often the entry was claimed; a settlement of an earlier claim has no effect
 * @param attempts how many attempts have counted
 * @param throttles how many attempts in a row were refused or met a fault, which do not count
 * @param acceptedMillis when the entry was accepted, milliseconds since 1970
 */
public record QueueEntry(
    UUID id, String lane, int claim, int attempts, int throttles, long acceptedMillis) {}

package dev.rapid.core.queue;

/**
 * A settlement that is not known to be committed.
 *
 * @param sent whether it is on its way to the store; if not, it is sent again
 */
public record Settling(QueueEntry entry, Settlement settlement, boolean sent) {}

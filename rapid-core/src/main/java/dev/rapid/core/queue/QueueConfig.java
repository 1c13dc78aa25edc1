package dev.rapid.core.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a node works with its queue.
 *
 * @param lease how long a claim holds unless it is extended; then any node may claim the entry
 * @param pollInterval how often the node looks for entries of other nodes; null if it has the store
 *     for itself
 * @param maxRunning how many attempts all lanes together run at once that are counted, null for no
 *     limit
 */
public record QueueConfig(
    Duration lease, @Nullable Duration pollInterval, @Nullable Integer maxRunning) {}

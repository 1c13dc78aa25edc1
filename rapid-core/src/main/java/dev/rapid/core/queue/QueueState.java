package dev.rapid.core.queue;

import java.util.Map;

/**
 * What a node knows of its queue.
 *
 * @param lanes those that the node serves, and those with claimed entries, in their order
 */
public record QueueState(QueueConfig config, Map<String, Lane> lanes) {}

package dev.rapid.core.queue;

import java.util.List;

/** The answer of the machine to an event: the next state, and what to do, in this order. */
public record QueueTransition(QueueState state, List<QueueEffect> effects) {}

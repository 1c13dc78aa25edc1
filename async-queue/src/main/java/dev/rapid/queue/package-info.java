/**
 * Asynchronous invocations: the queue that keeps them, runs them and delivers their results
 * (contract invoke-api, section 4).
 *
 * <p>Begin with {@code AsyncQueue}, which carries out what {@link
 * dev.rapid.core.queue.QueueMachine} decides. Entries are in an {@link
 * dev.rapid.queue.store.EntryStore}; how an attempt runs is an {@link
 * dev.rapid.queue.AttemptRunner}.
 */
@NullMarked
package dev.rapid.queue;

import org.jspecify.annotations.NullMarked;

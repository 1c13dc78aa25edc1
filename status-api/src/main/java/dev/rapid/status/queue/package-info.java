/**
 * The queue of asynchronous invocations for people and monitoring: {@link
 * dev.rapid.status.queue.QueuePages} shows and changes its entries, {@link
 * dev.rapid.status.queue.QueueMeters} counts what happens, and {@link
 * dev.rapid.status.queue.QueueCounts} knows how many entries there are without waiting for the
 * store.
 */
@NullMarked
package dev.rapid.status.queue;

import org.jspecify.annotations.NullMarked;

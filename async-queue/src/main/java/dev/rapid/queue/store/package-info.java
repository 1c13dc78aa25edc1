/** The storage of the queue: {@link dev.rapid.queue.store.EntryStore}, and one in memory. */
@NullMarked
package dev.rapid.queue.store;

import org.jspecify.annotations.NullMarked;

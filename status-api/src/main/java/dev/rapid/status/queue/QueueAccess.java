package dev.rapid.status.queue;

import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.StoreException;

/** The queue of a node, for those who look at it. */
public interface QueueAccess {

  /**
   * Returns whether the queue has a store that is open, or may have entries of an earlier run. If
   * not, there is nothing to see.
   */
  boolean isInUse();

  /**
   * Returns the store. Blocks while it is being opened.
   *
   * @throws StoreException if it cannot be opened
   */
  EntryStore store() throws StoreException;

  /**
   * Lets entries be due now, as {@link EntryStore#retry} does, and the node look for them. Blocks.
   *
   * @return how many there were
   */
  int retry(EntryFilter filter) throws StoreException;

  /** Returns how many entries the store has, as far as that is known. */
  QueueCounts counts();
}

package dev.rapid.queue.store;

/** Opens the store when the queue is needed for the first time. */
@FunctionalInterface
public interface StoreOpener {

  /**
   * Opens the store.
   *
   * @param node the name of this node, which no other one has
   * @throws StoreException if it cannot be used
   */
  EntryStore open(String node) throws StoreException;
}

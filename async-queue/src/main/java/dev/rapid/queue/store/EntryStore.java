package dev.rapid.queue.store;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the entries of the queue are. Several nodes may share one. Thread-safe; the methods block.
 */
public interface EntryStore extends AutoCloseable {

  /** Returns the time of the store, which all its nodes share, in milliseconds since 1970. */
  long nowMillis();

  /** Returns whether other nodes may use the store too. */
  boolean isShared();

  /** Returns whether entries survive the end of the process. */
  default boolean isDurable() {
    return true;
  }

  /**
   * Carries out all changes in one transaction. When it returns, they survive the end of the
   * process if the store is durable, and added entries that of the machine: then what was claimed
   * or settled within the last second may run again.
   *
   * @throws StoreException if nothing was changed, or if that is not known
   */
  StoreResult commit(StoreChanges changes) throws StoreException;

  /**
   * Returns entries without payloads, those that were accepted first come first.
   *
   * @param filter which entries
   * @param after begins behind this entry; null to begin with the first one
   * @param limit how many at most
   */
  List<StoredEntry> list(EntryFilter filter, @Nullable UUID after, int limit) throws StoreException;

  /** Returns an entry with its payload, null if there is none. */
  @Nullable StoredEntry find(UUID id) throws StoreException;

  /** Returns how many entries there are. */
  List<LaneCount> counts() throws StoreException;

  /**
   * Lets entries that are dead, or wait for another attempt, be due now. Those that were dead begin
   * anew, as if they were just accepted.
   *
   * @return how many there were
   */
  int retry(EntryFilter filter) throws StoreException;

  /**
   * Removes entries that no node has claimed, or whose lease has ended.
   *
   * @return how many there were
   */
  int purge(EntryFilter filter) throws StoreException;

  @Override
  void close();
}

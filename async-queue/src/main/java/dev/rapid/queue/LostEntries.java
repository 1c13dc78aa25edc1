package dev.rapid.queue;

import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoredEntry;
import java.util.List;

/** What is lost with a store in memory (contract invoke-api, section 4, rule 7). */
final class LostEntries {

  private static final int PAGE = 1000;

  private LostEntries() {}

  /** Reports each entry that still waits for an attempt. */
  static void report(EntryStore store, QueueListener listener) throws StoreException {
    List<StoredEntry> page = store.list(EntryFilter.ALL, null, PAGE);
    while (!page.isEmpty()) {
      for (StoredEntry each : page) {
        if (each.state() != EntryState.DEAD) {
          listener.lost(each);
        }
      }
      page = store.list(EntryFilter.ALL, page.getLast().id(), PAGE);
    }
  }
}

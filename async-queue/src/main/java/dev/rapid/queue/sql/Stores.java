package dev.rapid.queue.sql;

import dev.rapid.libraries.LateLibraries;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.MemoryStore;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoreOpener;
import dev.rapid.queue.store.StoreSettings;
import java.io.IOException;

/** Opens stores. */
public final class Stores {

  /** A store in memory takes one part of so many. */
  private static final int PART_OF_HEAP = 8;

  private static final String OPENER = "dev.rapid.queue.sql.SqlOpener";

  private Stores() {}

  /** Returns what opens the store. A store in memory loads nothing of databases. */
  public static StoreOpener opener(StoreSettings settings) {
    return settings instanceof StoreSettings.InMemory
        ? node ->
            new MemoryStore(
                node, Runtime.getRuntime().maxMemory() / PART_OF_HEAP, System::currentTimeMillis)
        : node -> inDatabase(settings, node);
  }

  private static EntryStore inDatabase(StoreSettings settings, String node) throws StoreException {
    StoreOpener opener;
    try {
      opener = LateLibraries.DATABASES.create(StoreOpener.class, OPENER, settings);
    } catch (IOException e) {
      throw new StoreException(String.valueOf(e.getMessage()), true, e);
    }
    return opener.open(node);
  }
}

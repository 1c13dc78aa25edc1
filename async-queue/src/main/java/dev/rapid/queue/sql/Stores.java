package dev.rapid.queue.sql;

import dev.rapid.queue.store.MemoryStore;
import dev.rapid.queue.store.StoreOpener;
import dev.rapid.queue.store.StoreSettings;

/** Opens stores. */
public final class Stores {

  /** A store in memory takes one part of so many. */
  private static final int PART_OF_HEAP = 8;

  private Stores() {}

  /** Returns what opens the store. A store in memory loads nothing of JDBC. */
  public static StoreOpener opener(StoreSettings settings) {
    return switch (settings) {
      case StoreSettings.InMemory() ->
          node ->
              new MemoryStore(
                  node, Runtime.getRuntime().maxMemory() / PART_OF_HEAP, System::currentTimeMillis);
      case StoreSettings.InDirectory directory ->
          node -> SqlStore.open(new DirectoryDatabase(directory.directory()), node);
      case StoreSettings.InDatabase server ->
          node -> SqlStore.open(new ServerDatabase(server), node);
    };
  }
}

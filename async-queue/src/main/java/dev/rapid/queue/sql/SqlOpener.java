package dev.rapid.queue.sql;

import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoreOpener;
import dev.rapid.queue.store.StoreSettings;

/** Opens stores in databases. {@link Stores} finds it by its name. */
public final class SqlOpener implements StoreOpener {

  private final Database database;

  /** Creates what opens the store in a directory or a database. */
  public SqlOpener(StoreSettings settings) {
    this.database =
        switch (settings) {
          case StoreSettings.InDirectory directory -> new DirectoryDatabase(directory.directory());
          case StoreSettings.InDatabase server -> new ServerDatabase(server);
          case StoreSettings.InMemory() ->
              throw new IllegalArgumentException("a store in memory needs no database");
        };
  }

  @Override
  public EntryStore open(String node) throws StoreException {
    return SqlStore.open(database, node);
  }
}

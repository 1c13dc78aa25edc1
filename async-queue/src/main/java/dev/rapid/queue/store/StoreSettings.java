package dev.rapid.queue.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the entries of the queue are kept. */
public sealed interface StoreSettings {

  /** In memory: they end with the process. */
  record InMemory() implements StoreSettings {}

  /**
   * In a directory of this machine, which one process uses at a time.
   *
   * @param directory is absolute, and made if it does not exist
   */
  record InDirectory(Path directory) implements StoreSettings {}

  /**
   * In a database, which several nodes may share.
   *
   * @param url for JDBC, without a password
   * @param password null if the database needs none, or if its client finds one by itself
   */
  record InDatabase(String url, @Nullable String password) implements StoreSettings {

    /** Returns the URL alone, because logs may show it. */
    @Override
    public String toString() {
      return url;
    }
  }
}

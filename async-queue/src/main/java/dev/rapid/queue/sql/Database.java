package dev.rapid.queue.sql;

import com.zaxxer.hikari.HikariDataSource;
import dev.rapid.queue.store.StoreException;
import org.jspecify.annotations.Nullable;

/** A database that may have the entries of a queue. */
interface Database {

  Dialect dialect();

  /** Returns whether several nodes may use it. */
  boolean isShared();

  /**
   * Connects to it.
   *
   * @throws StoreException if it cannot be reached or used
   */
  HikariDataSource connect() throws StoreException;

  /** Says that it cannot be used until the user does something. */
  StoreException unusable(String why, @Nullable Exception cause);

  /** Returns whether connections are of no use any more after a failure, and new ones might be. */
  boolean isBroken(Exception failure);

  /** Returns what a failure means for users. */
  StoreException explain(Exception failure);
}

package dev.rapid.queue.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.rapid.queue.store.StoreException;

/** What the pools of all databases have in common. */
final class ConnectionPool {

  /** One commits; the others are for those who look at the queue. */
  private static final int CONNECTIONS = 4;

  private static final long CONNECTION_TIMEOUT_MILLIS = 5_000;

  private ConnectionPool() {}

  /** Returns the configuration of a pool, without the address of a database. */
  static HikariConfig config() {
    HikariConfig config = new HikariConfig();
    config.setPoolName("rapid-queue");
    config.setAutoCommit(false);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
    config.setInitializationFailTimeout(1);
    config.setRegisterMbeans(false);
    return config;
  }

  /**
   * Opens a pool, with a first connection.
   *
   * @throws StoreException as {@code database} explains the failure
   */
  static HikariDataSource open(HikariConfig config, Database database) throws StoreException {
    try {
      return new HikariDataSource(config);
    } catch (PoolInitializationException e) {
      throw database.explain(e);
    }
  }
}

package dev.rapid.queue.sql;

import com.zaxxer.hikari.HikariDataSource;
import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.LaneCount;
import dev.rapid.queue.store.StoreChanges;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoreResult;
import dev.rapid.queue.store.StoredEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps the entries in a table of a database. */
public final class SqlStore implements EntryStore {

  private static final String COUNTS =
      "SELECT lane, state, COUNT(*), COUNT(CASE WHEN due <= ? THEN 1 END), MIN(accepted) FROM"
          + " rapid_entry GROUP BY lane, state";

  private static final String RETRY_DEAD =
      "UPDATE rapid_entry SET state = 'QUEUED', accepted = ?, due = ?, attempts = 0, throttles = 0,"
          + " given_up_for = NULL, reason = NULL WHERE state = 'DEAD'";

  private static final String RETRY_NOW = "UPDATE rapid_entry SET due = ? WHERE state = 'RETRYING'";

  private static final String PURGE =
      "DELETE FROM rapid_entry WHERE (state <> 'RUNNING' OR due <= ?)";

  /**
   * A sync that adds nothing may wait so long: without it, entries that were claimed or settled run
   * again after the end of the machine.
   */
  private static final Duration MAX_UNSYNCED = Duration.ofSeconds(1);

  /** As a settlement would release them: they keep their place before those that came later. */
  private static final String RELEASE =
      "UPDATE rapid_entry SET state = CASE WHEN attempts = 0 AND throttles = 0 THEN 'QUEUED' ELSE"
          + " 'RETRYING' END, due = accepted, node = NULL WHERE state = 'RUNNING'";

  private final Database database;
  private final String node;
  private final StoreClock clock;
  private volatile long syncedNanos = System.nanoTime();

  /** Guarded by this; null after the database has broken, until the next transaction. */
  private @Nullable HikariDataSource connections;

  // Guarded by this.
  private boolean closed;

  private SqlStore(Database database, String node, HikariDataSource connections, StoreClock clock) {
    this.database = database;
    this.node = node;
    this.connections = connections;
    this.clock = clock;
  }

  /**
   * Opens the store in a database, and makes its tables if there are none.
   *
   * @param node the name of this node, which no other one has
   * @throws StoreException if the database cannot be reached or used
   */
  static SqlStore open(Database database, String node) throws StoreException {
    HikariDataSource connections = database.connect();
    boolean opened = false;
    try (Connection connection = connections.getConnection()) {
      Schema.migrate(connection, database);
      StoreClock clock = new StoreClock();
      if (database.isShared()) {
        clock.measure(connection);
      } else {
        release(connection);
      }
      connection.commit();
      opened = true;
      return new SqlStore(database, node, connections, clock);
    } catch (SQLException e) {
      throw database.explain(e);
    } finally {
      if (!opened) {
        connections.close();
      }
    }
  }

  /** Ends the claims of an earlier process, whose end need not be waited for: it was killed. */
  private static void release(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(RELEASE);
    }
  }

  @Override
  public long nowMillis() {
    return clock.nowMillis();
  }

  @Override
  public boolean isShared() {
    return database.isShared();
  }

  @Override
  public StoreResult commit(StoreChanges changes) throws StoreException {
    boolean adds =
        !changes.added().isEmpty()
            || changes.settled().stream().anyMatch(settled -> !settled.followers().isEmpty());
    return inTransaction(
        adds || System.nanoTime() - syncedNanos > MAX_UNSYNCED.toNanos(),
        connection -> {
          if (database.isShared() && clock.isOld()) {
            clock.measure(connection);
          }
          return new Transaction(connection, database.dialect(), node).carryOut(changes);
        });
  }

  @Override
  public List<StoredEntry> list(EntryFilter filter, @Nullable UUID after, int limit)
      throws StoreException {
    Condition condition = new Condition().and(filter);
    if (after != null) {
      condition.and("id > ?", after);
    }
    return inTransaction(
        false,
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  Rows.SELECT_WITHOUT_PAYLOAD + condition.where() + " ORDER BY id LIMIT ?")) {
            select.setInt(condition.setAll(select, 1), limit);
            List<StoredEntry> entries = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
              while (rows.next()) {
                entries.add(Rows.entry(rows, false));
              }
            }
            return entries;
          }
        });
  }

  @Override
  public @Nullable StoredEntry find(UUID id) throws StoreException {
    List<StoredEntry> found =
        inTransaction(
            false,
            connection -> {
              try (PreparedStatement select =
                  connection.prepareStatement(Rows.SELECT + "WHERE id = ?")) {
                select.setObject(1, id);
                try (ResultSet rows = select.executeQuery()) {
                  return rows.next() ? List.of(Rows.entry(rows, true)) : List.of();
                }
              }
            });
    return found.isEmpty() ? null : found.get(0);
  }

  @Override
  public List<LaneCount> counts() throws StoreException {
    long now = nowMillis();
    return inTransaction(
        false,
        connection -> {
          List<LaneCount> counts = new ArrayList<>();
          try (PreparedStatement statement = connection.prepareStatement(COUNTS)) {
            statement.setLong(1, now);
            ResultSet rows = statement.executeQuery();
            while (rows.next()) {
              counts.add(
                  new LaneCount(
                      rows.getString(1),
                      EntryState.valueOf(rows.getString(2)),
                      rows.getLong(3),
                      rows.getLong(4),
                      rows.getLong(5)));
            }
          }
          return counts;
        });
  }

  @Override
  public int retry(EntryFilter filter) throws StoreException {
    Condition condition = new Condition().and(filter);
    long now = nowMillis();
    return inTransaction(
        true,
        connection ->
            update(connection, RETRY_DEAD, condition, now, now)
                + update(connection, RETRY_NOW, condition, now));
  }

  @Override
  public int purge(EntryFilter filter) throws StoreException {
    Condition condition = new Condition().and(filter);
    return inTransaction(true, connection -> update(connection, PURGE, condition, nowMillis()));
  }

  @Override
  public synchronized void close() {
    closed = true;
    HikariDataSource last = connections;
    connections = null;
    if (last == null) {
      return;
    }
    if (database.dialect() == Dialect.H2) {
      try (Connection connection = last.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("SHUTDOWN");
      } catch (SQLException e) {
        // What was committed is on the disk already.
      }
    }
    last.close();
  }

  private static int update(
      Connection connection, String statement, Condition condition, long... times)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(statement + condition.and())) {
      int i = 1;
      for (long time : times) {
        update.setLong(i++, time);
      }
      condition.setAll(update, i);
      return update.executeUpdate();
    }
  }

  /**
   * Does work in a transaction.
   *
   * @param isSynced whether its changes survive the end of the machine
   */
  private <T> T inTransaction(boolean isSynced, Work<T> work) throws StoreException {
    HikariDataSource used = connections();
    try (Connection connection = used.getConnection()) {
      T result;
      try {
        result = work.on(connection);
        connection.commit();
        if (isSynced) {
          sync(connection);
        }
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        // It may be broken for good; the next transaction then needs another one.
        used.evictConnection(connection);
        throw e;
      }
      return result;
    } catch (SQLException | RuntimeException e) {
      // H2 throws unchecked exceptions too when it cannot write its file.
      if (database.isBroken(e)) {
        drop(used);
      }
      throw database.explain(e);
    }
  }

  private synchronized HikariDataSource connections() throws StoreException {
    if (closed) {
      throw new StoreException("The queue is closed", true, null);
    }
    if (connections == null) {
      connections = database.connect();
    }
    return connections;
  }

  /** The next transaction opens the database again. */
  private synchronized void drop(HikariDataSource broken) {
    if (!broken.isClosed()) {
      connections = null;
      broken.close();
    }
  }

  private static void rollBack(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private void sync(Connection connection) throws SQLException {
    String sync = database.dialect().sync;
    if (!sync.isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sync);
        syncedNanos = System.nanoTime();
      }
    }
  }

  /** What is done in a transaction. */
  @FunctionalInterface
  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }
}

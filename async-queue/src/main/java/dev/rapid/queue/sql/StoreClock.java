package dev.rapid.queue.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The clock of a database, so that its nodes agree about the time: the clock of this machine, with
 * the difference that was measured last.
 */
final class StoreClock {

  private static final String NOW =
      "SELECT CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)";

  private static final long GOOD_FOR_MILLIS = 30_000;

  private volatile long differenceMillis;
  private volatile long measuredMillis;

  /** Returns the time, milliseconds since 1970. */
  long nowMillis() {
    return System.currentTimeMillis() + differenceMillis;
  }

  /** Returns whether the clocks may differ by more than at the last measurement. */
  boolean isOld() {
    return Math.abs(System.currentTimeMillis() - measuredMillis) > GOOD_FOR_MILLIS;
  }

  /**
   * Measures the difference.
   *
   * @param connection whose transaction has not begun
   */
  void measure(Connection connection) throws SQLException {
    long before = System.currentTimeMillis();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(NOW)) {
      rows.next();
      long after = System.currentTimeMillis();
      differenceMillis = rows.getLong(1) - (before + (after - before) / 2);
      measuredMillis = after;
    }
  }
}

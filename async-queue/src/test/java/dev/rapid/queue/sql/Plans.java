package dev.rapid.queue.sql;

import dev.rapid.queue.store.Entries;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** How a database carries out statements. */
final class Plans {

  private Plans() {}

  /** Returns how it finds what to claim. */
  static String ofClaim(DataSource connections, Dialect dialect) throws SQLException {
    try (Connection connection = connections.getConnection();
        PreparedStatement explain =
            connection.prepareStatement(
                "EXPLAIN " + Rows.SELECT + Transaction.DUE + dialect.lockOfClaims)) {
      explain.setString(1, Entries.LANE);
      explain.setLong(2, 1_000_000);
      explain.setInt(3, 16);
      StringBuilder plan = new StringBuilder();
      try (ResultSet rows = explain.executeQuery()) {
        while (rows.next()) {
          plan.append(rows.getString(1)).append('\n');
        }
      }
      return plan.toString();
    }
  }
}

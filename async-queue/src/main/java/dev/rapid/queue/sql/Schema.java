package dev.rapid.queue.sql;

import dev.rapid.queue.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The tables of the queue. A database without them, or with those of an earlier version, gets them
 * when it is opened.
 */
final class Schema {

  /** The version that this program knows. */
  static final int VERSION = 1;

  /** Several nodes may begin at once: all but one find the tables of the first one then. */
  private static final int TRIES = 5;

  private static final Pattern END_OF_STATEMENT = Pattern.compile(";\\R");

  private Schema() {}

  /**
   * Brings a database to the version that this program knows.
   *
   * @throws StoreException if a newer program has made its tables
   */
  static void migrate(Connection connection, Database database)
      throws SQLException, StoreException {
    SQLException failure = new SQLException("the tables could not be made");
    for (int i = 0; i < TRIES; i++) {
      try {
        int version = version(connection);
        if (version > VERSION) {
          throw database.unusable(
              "its tables have version "
                  + version
                  + ", which a newer Rapid has made, and this one knows version "
                  + VERSION
                  + ": use the newer Rapid, or another place for the queue",
              null);
        }
        if (version == VERSION) {
          return;
        }
        apply(connection, database.dialect(), version + 1);
      } catch (SQLException e) {
        connection.rollback();
        failure = e;
      }
    }
    throw failure;
  }

  /** Returns the version of the tables, 0 if there are none. */
  private static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS rapid_schema (version INTEGER NOT NULL)");
      try (ResultSet rows = statement.executeQuery("SELECT MAX(version) FROM rapid_schema")) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }

  private static void apply(Connection connection, Dialect dialect, int version)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (version == 1) {
        statement.execute(dialect.bytesDomain);
      }
      for (String text : statements("schema-" + version + ".sql")) {
        statement.execute(text);
      }
      statement.execute("INSERT INTO rapid_schema (version) VALUES (" + version + ")");
    }
    connection.commit();
  }

  /** Returns the statements of a script, each of which ends with a semicolon at a line's end. */
  private static List<String> statements(String script) {
    return END_OF_STATEMENT.splitAsStream(read(script)).filter(text -> !text.isBlank()).toList();
  }

  private static String read(String script) {
    try (InputStream in = Schema.class.getResourceAsStream(script)) {
      if (in == null) {
        throw new IllegalStateException("The program lacks " + script);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read " + script, e);
    }
  }
}

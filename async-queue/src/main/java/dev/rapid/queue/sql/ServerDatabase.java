package dev.rapid.queue.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoreSettings;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A database of a PostgreSQL server. */
final class ServerDatabase implements Database {

  private static final String SCHEME = "jdbc:postgresql:";

  private final StoreSettings.InDatabase settings;

  ServerDatabase(StoreSettings.InDatabase settings) {
    this.settings = settings;
  }

  @Override
  public Dialect dialect() {
    return Dialect.POSTGRESQL;
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public HikariDataSource connect() throws StoreException {
    if (!settings.url().startsWith(SCHEME)) {
      throw unusable("its URL must begin with " + SCHEME + "//", null);
    }
    HikariConfig config = ConnectionPool.config();
    config.setDriverClassName("org.postgresql.Driver");
    config.setJdbcUrl(settings.url());
    config.setPassword(settings.password());
    // What the URL says goes before these. Times in seconds: a server that does not answer any more
    // is given up.
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("socketTimeout", "20");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("ApplicationName", "rapid");
    // Claims read the first rows of the index. While a table that has grown has no statistics, the
    // planner would read and sort the whole lane.
    config.addDataSourceProperty("options", "-c enable_sort=off -c enable_bitmapscan=off");
    return ConnectionPool.open(config, this);
  }

  /** The pool replaces connections that break. */
  @Override
  public boolean isBroken(Exception failure) {
    return false;
  }

  @Override
  public StoreException explain(Exception exception) {
    String last = String.valueOf(exception.getMessage());
    String state = "";
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        state = sql.getSQLState();
        last = String.valueOf(sql.getMessage());
      }
    }
    String line = last.lines().findFirst().orElse("");
    // Classes of SQL states: 22 and 23 are data that the tables do not take, 28 is a wrong user or
    // password, 3D is a missing database, 42 is a missing permission or table.
    boolean permanent = state.matches("(22|23|28|3D|42).*");
    return new StoreException(message(line), permanent, exception);
  }

  @Override
  public StoreException unusable(String why, @Nullable Exception cause) {
    return new StoreException(message(why), true, cause);
  }

  private String message(String what) {
    return "The database " + withoutParameters() + " cannot be used: " + what;
  }

  private String withoutParameters() {
    int parameters = settings.url().indexOf('?');
    return parameters < 0 ? settings.url() : settings.url().substring(0, parameters);
  }
}

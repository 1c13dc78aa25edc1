package dev.rapid.queue.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rapid.queue.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file of H2 in a directory. */
final class DirectoryDatabase implements Database {

  private static final String NAME = "queue";
  private static final String SUFFIX = ".mv.db";

  private static final String NO_SPACE = "No space left";

  /** Less than most transactions write, in bytes. */
  private static final long LITTLE_SPACE = 64 << 10;

  /** Error codes of H2. */
  private static final int ALREADY_OPEN = 90020;

  private static final int UNSUPPORTED_VERSION = 90048;
  private static final int CORRUPTED = 90030;

  /** What H2 says once it could not write its file, and after that to all that uses the file. */
  private static final Set<Integer> BROKEN = Set.of(50000, 90028, 90031, 90098, 90121);

  /**
   * Each commit is written at once, and synced by {@link Dialect#sync}. The file stays open until
   * it is closed, and has no trace file beside it. The cache is in KiB, the retention of old pages
   * in milliseconds.
   */
  private static final String PARAMETERS =
      ";WRITE_DELAY=0;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
          + ";TRACE_LEVEL_SYSTEM_OUT=0;CACHE_SIZE=8192;RETENTION_TIME=5000;LOCK_TIMEOUT=10000";

  private final Path directory;

  DirectoryDatabase(Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
  }

  @Override
  public Dialect dialect() {
    return Dialect.H2;
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public HikariDataSource connect() throws StoreException {
    Path file = directory.resolve(NAME + SUFFIX);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw unusable("it cannot be made: " + reason(e), e);
    }
    if (!Files.isWritable(directory) || (Files.exists(file) && !Files.isWritable(file))) {
      throw unusable("it cannot be written", null);
    }
    if (directory.toString().indexOf(';') >= 0) {
      throw unusable("its name must not have a semicolon", null);
    }
    HikariConfig config = ConnectionPool.config();
    config.setDriverClassName("org.h2.Driver");
    config.setJdbcUrl("jdbc:h2:file:" + directory.resolve(NAME) + PARAMETERS);
    config.setUsername("rapid");
    config.setPassword("");
    return ConnectionPool.open(config, this);
  }

  /** H2 closes a file that it cannot write to, for example because the disk is full. */
  @Override
  public boolean isBroken(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && BROKEN.contains(sql.getErrorCode())) {
        return true;
      }
    }
    return failure instanceof RuntimeException;
  }

  @Override
  public StoreException explain(Exception exception) {
    String last = "";
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      last = String.valueOf(cause.getMessage());
      if (cause instanceof SQLException sql) {
        switch (sql.getErrorCode()) {
          case ALREADY_OPEN -> {
            return unusable(
                "another Rapid uses it: stop that one, or choose another directory", exception);
          }
          case UNSUPPORTED_VERSION -> {
            return unusable("its file is of another version of H2", exception);
          }
          case CORRUPTED -> {
            return unusable("its file is damaged: " + firstLine(last), exception);
          }
          default -> {}
        }
      }
      if (cause instanceof IOException) {
        break;
      }
    }
    String what = last.contains(NO_SPACE) || isFull() ? "the disk is full" : firstLine(last);
    return new StoreException(message(what), false, exception);
  }

  private boolean isFull() {
    try {
      return Files.getFileStore(directory).getUsableSpace() < LITTLE_SPACE;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public StoreException unusable(String why, @Nullable Exception cause) {
    return new StoreException(message(why), true, cause);
  }

  private String message(String what) {
    return "The data directory " + directory + " cannot be used: " + what;
  }

  /** Returns what is wrong without the names of the exception and of the file. */
  private static String reason(IOException exception) {
    return switch (exception) {
      case AccessDeniedException e -> "permission denied";
      case FileAlreadyExistsException e -> e.getFile() + " is no directory";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(exception.getMessage());
    };
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}

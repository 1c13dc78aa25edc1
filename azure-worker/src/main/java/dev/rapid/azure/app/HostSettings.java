package dev.rapid.azure.app;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an app's {@code host.json} asks of its host (contract azure-functions-worker, section 8).
 *
 * @param functionTimeout how long an invocation may take; zero for no limit, null if it does not
 *     say
 */
public record HostSettings(@Nullable Duration functionTimeout) {

  /** Those of an app without the file. */
  public static final HostSettings DEFAULT = new HostSettings(null);

  private static final String FILE = "host.json";
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /**
   * Reads the settings of an app.
   *
   * @param appDirectory the root of the app
   * @throws InvalidAppException if the file is there and cannot be used
   */
  public static HostSettings read(Path appDirectory) throws InvalidAppException {
    JsonFile file = JsonFile.readIfPresent(appDirectory.resolve(FILE));
    if (file == null) {
      return DEFAULT;
    }
    return new HostSettings(functionTimeout(file));
  }

  private static @Nullable Duration functionTimeout(JsonFile file) throws InvalidAppException {
    Duration timeout = file.time(file.root(), "functionTimeout");
    if (timeout == null) {
      return null;
    }
    if (timeout.equals(Duration.ofDays(-1))) {
      return Duration.ZERO;
    }
    if (timeout.compareTo(SHORTEST) < 0) {
      throw file.invalid("functionTimeout must be at least 1 s, or \"-1\" for no limit");
    }
    return timeout;
  }
}

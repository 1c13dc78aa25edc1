package dev.rapid.azure.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an app's {@code host.json} asks of its host (contract azure-functions-worker, section 8).
 *
 * @param functionTimeout how long an invocation may take; zero for no limit, null if it does not
 *     say
 * @param routePrefix what paths of HTTP functions begin with; may be empty
 * @param sendsCancelled whether an invocation that was cancelled before it was sent goes to the
 *     worker (section 6.4)
 */
public record HostSettings(
    @Nullable Duration functionTimeout, String routePrefix, boolean sendsCancelled) {

  /** Those of an app without the file. */
  public static final HostSettings DEFAULT = new HostSettings(null, "api", true);

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
    JsonNode http = file.root().path("extensions").path("http");
    String prefix = file.text(http, "routePrefix");
    JsonNode sendsCancelled = file.member("sendCanceledInvocationsToWorker");
    return new HostSettings(
        functionTimeout(file),
        prefix == null ? DEFAULT.routePrefix() : prefix,
        sendsCancelled == null || sendsCancelled.asBoolean(true));
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

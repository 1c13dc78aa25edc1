package dev.rapid.cli.config.azure;

import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.HttpResponse;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.AzureSettings.TriggerDataType;
import dev.rapid.cli.config.value.DurationText;
import dev.rapid.cli.config.value.Fields;
import dev.rapid.cli.config.value.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the structure {@code azure} (contract azure-functions-worker, section 13).
 *
 * <p>All methods throw {@link dev.rapid.cli.config.value.UsageException} if something is wrong; the
 * message begins with the place.
 */
public final class AzureReader {

  private static final String APP_DIRECTORY = "appDirectory";
  private static final String WORKER_DIRECTORY = "workerDirectory";
  private static final String EXECUTABLE = "executable";
  private static final String ARGUMENTS = "arguments";
  private static final String WORKER_PATH = "workerPath";

  private AzureReader() {}

  /**
   * Returns what the structure says.
   *
   * @param directory what the names of files are relative to
   */
  public static AzureChoices read(Value structure, Path directory) {
    Fields fields = Fields.of("'azure'", structure);
    Path workerDirectory = directory(fields, WORKER_DIRECTORY, directory);
    List<String> command = command(fields, directory);
    AzureChoices choices =
        new AzureChoices(
            directory(fields, APP_DIRECTORY, directory),
            fields.checked("functionName", AppFunctionName::checked),
            workerDirectory,
            command,
            fields.text("language"),
            fields.choice("indexing", Indexing.values()),
            fields.choice("argumentStyle", ArgumentStyle.values()),
            environment(fields),
            timers(fields.find("timers")),
            fields.text("hostVersion"),
            Boolean.TRUE.equals(fields.truth("loadAll")),
            fields.choice("triggerDataType", TriggerDataType.values()),
            Objects.requireNonNullElse(
                fields.choice("httpResponse", HttpResponse.values()), HttpResponse.ENVELOPE));
    fields.end();
    return choices;
  }

  private static @Nullable Path directory(Fields fields, String member, Path relativeTo) {
    return fields.checked(
        member,
        text -> {
          Path path = relativeTo.resolve(text).normalize();
          if (!Files.isDirectory(path)) {
            throw new IllegalArgumentException("is not a directory");
          }
          return path;
        });
  }

  /** A program with a path is relative to the file, and any other is searched for. */
  private static List<String> command(Fields fields, Path directory) {
    String executable = fields.text(EXECUTABLE);
    List<String> arguments = fields.texts(ARGUMENTS);
    String workerPath = fields.text(WORKER_PATH);
    if (executable == null) {
      for (String member : List.of(ARGUMENTS, WORKER_PATH)) {
        if (fields.find(member) != null) {
          throw fields.wrong(member, "'" + member + "' needs '" + EXECUTABLE + "'");
        }
      }
      return List.of();
    }
    List<String> command = new ArrayList<>();
    command.add(
        executable.indexOf('/') < 0
            ? executable
            : directory.resolve(executable).normalize().toString());
    command.addAll(arguments);
    if (workerPath != null) {
      command.add(directory.resolve(workerPath).normalize().toString());
    }
    return command;
  }

  private static Map<String, String> environment(Fields fields) {
    Map<String, String> environment = fields.named("environment");
    environment
        .keySet()
        .forEach(name -> {
          if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw fields.wrong("environment", "'" + name + "' is no name of a variable");
          }
        });
    return environment;
  }

  private static ChosenTimers timers(@Nullable Value value) {
    if (value == null) {
      return ChosenTimers.NONE;
    }
    Fields fields = Fields.of("'timers'", value);
    ChosenTimers timers =
        new ChosenTimers(
            timer(fields, "startup"),
            timer(fields, "init"),
            timer(fields, "metadata"),
            timer(fields, "load"),
            timer(fields, "reload"),
            timer(fields, "warmup"),
            timer(fields, "terminateGrace"),
            timer(fields, "killWait"));
    fields.end();
    return timers;
  }

  private static @Nullable Duration timer(Fields fields, String member) {
    return fields.checked(
        member,
        text -> {
          Duration duration = DurationText.parse(text);
          if (duration.isZero()) {
            throw new IllegalArgumentException("is no time at all");
          }
          return duration;
        });
  }
}

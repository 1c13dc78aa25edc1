package dev.rapid.cli.config.azure;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.app.AppIndex;
import dev.rapid.azure.app.HostSettings;
import dev.rapid.azure.app.InvalidAppException;
import dev.rapid.azure.launch.WorkerCommand;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.emulator.settings.FunctionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A function app with what starts its worker. If the host finds the functions of the app, each of
 * them is a function of Rapid; if the worker does, they are not known before it runs.
 */
public final class AzureApp {

  private final AzureChoices choices;
  private final Path directory;
  private final WorkerCommand worker;
  private final Duration timeout;

  /** Empty if the worker finds the functions. */
  private final List<String> found;

  private AzureApp(
      AzureChoices choices,
      Path directory,
      WorkerCommand worker,
      Duration timeout,
      List<String> found) {
    this.choices = choices;
    this.directory = directory;
    this.worker = worker;
    this.timeout = timeout;
    this.found = found;
  }

  /**
   * Reads the files of an app and of its worker.
   *
   * @param directory where it is, absolute
   * @param environment the variables of its functions
   * @throws UsageException if the app or the worker cannot be used
   */
  public static AzureApp read(
      AzureChoices choices, Path directory, Map<String, String> environment) {
    try {
      WorkerCommand worker =
          WorkerCommand.of(settings(choices, directory, choices.functionName()), environment);
      Duration timeout = HostSettings.read(directory).functionTimeout();
      return new AzureApp(
          choices,
          directory,
          worker,
          timeout == null ? FunctionSettings.DEFAULT_TIMEOUT : timeout,
          worker.indexing() == Indexing.HOST ? namesIn(directory) : List.of());
    } catch (InvalidAppException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static List<String> namesIn(Path directory) throws InvalidAppException {
    List<String> names = new AppIndex(directory).ofHost().stream().map(AppFunction::name).toList();
    if (names.isEmpty()) {
      throw new InvalidAppException(
          directory
              + " has no functions: none of its folders has a function.json, and this worker does"
              + " not look for functions itself");
    }
    return names;
  }

  /**
   * Returns the functions of the app, or the one that was chosen.
   *
   * @param name the name that the user chose for a function, null for none
   * @throws UsageException if there is no such function
   */
  public List<AzureFunction> functions(@Nullable String name) {
    String chosen = choices.functionName();
    if (found.isEmpty()) {
      return List.of(of(name != null ? name : ownName(chosen), chosen));
    }
    if (chosen == null && name != null && found.size() > 1) {
      chosen = name;
    }
    if (chosen != null || found.size() == 1) {
      String ofApp = chosen == null ? found.getFirst() : known(chosen);
      return List.of(of(name != null ? name : ownName(ofApp), ofApp));
    }
    return found.stream().map(each -> of(ownName(each), each)).toList();
  }

  /**
   * Returns the function that was chosen, or the only one of the app, or the one that is called as
   * callers call it.
   *
   * @param name by which callers invoke it
   * @throws UsageException if there is no such function
   */
  public AzureFunction function(String name) {
    String chosen = choices.functionName();
    if (found.isEmpty()) {
      return of(name, chosen);
    }
    return of(name, chosen == null && found.size() == 1 ? found.getFirst() : known(chosen, name));
  }

  private String known(@Nullable String chosen, String otherwise) {
    return known(chosen == null ? otherwise : chosen);
  }

  /** Returns the name as the app has it. */
  private String known(String name) {
    return found.stream()
        .filter(name::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(() ->
            new UsageException(
                directory + " has no function '" + name + "'",
                "There are " + String.join(", ", found) + "."));
  }

  /** Returns the name by which callers invoke a function of the app. */
  private String ownName(@Nullable String ofApp) {
    if (ofApp == null) {
      return FunctionIdentity.ALIAS;
    }
    try {
      return Checks.functionName(ofApp);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          directory + ": function '" + ofApp + "' " + e.getMessage(),
          "Give it another name in a rapid.yaml, which names it as 'functionName'.");
    }
  }

  private AzureFunction of(String name, @Nullable String ofApp) {
    return new AzureFunction(
        name, settings(choices, directory, ofApp), worker.program(), worker.timers(), timeout);
  }

  private static AzureSettings settings(
      AzureChoices choices, Path directory, @Nullable String functionName) {
    return new AzureSettings(
        directory,
        functionName,
        choices.workerDirectory(),
        choices.command(),
        choices.language(),
        choices.indexing(),
        Objects.requireNonNullElse(choices.argumentStyle(), ArgumentStyle.BOTH),
        choices.environment(),
        choices.timers().or(WorkerTimers.DEFAULT),
        Objects.requireNonNullElse(choices.hostVersion(), AzureSettings.DEFAULT_HOST_VERSION),
        choices.loadAll(),
        choices.triggerDataType(),
        choices.httpResponse());
  }
}

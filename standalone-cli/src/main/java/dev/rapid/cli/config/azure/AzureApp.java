package dev.rapid.cli.config.azure;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.emulator.settings.FunctionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A function app with what starts its worker. */
public final class AzureApp {

  private final AzureChoices choices;
  private final Path directory;
  private final Map<String, String> environment;

  /**
   * Creates an app.
   *
   * @param directory where it is, absolute
   * @param environment what the worker inherits
   */
  public AzureApp(AzureChoices choices, Path directory, Map<String, String> environment) {
    this.choices = choices;
    this.directory = directory;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Returns the functions of the app, or the one that was chosen.
   *
   * @param name the name that the user chose for a function, null for none
   * @throws UsageException if something is wrong
   */
  public List<AzureFunction> functions(@Nullable String name) {
    String ofApp = choices.functionName();
    return List.of(function(name != null ? name : ofApp != null ? ofApp : FunctionIdentity.ALIAS));
  }

  /**
   * Returns the only function of the app, or the one that was chosen.
   *
   * @param name by which callers invoke it
   * @throws UsageException if something is wrong
   */
  public AzureFunction function(String name) {
    AzureSettings settings = settings(choices.functionName());
    return new AzureFunction(name, settings, settings.command(), FunctionSettings.DEFAULT_TIMEOUT);
  }

  private AzureSettings settings(@Nullable String functionName) {
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

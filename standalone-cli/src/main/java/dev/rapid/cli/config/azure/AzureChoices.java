package dev.rapid.cli.config.azure;

import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.HttpResponse;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.AzureSettings.TriggerDataType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user says of an app and its worker (contract azure-functions-worker, section 13).
 *
 * @param appDirectory absolute, null for the directory of the function
 * @param functionName null for every function of the app
 * @param workerDirectory absolute, null if {@code command} says what to start, or to find it
 * @param command the worker's program and its arguments, empty if the worker's directory says it
 * @param language null to leave it to the worker's directory
 * @param indexing null to leave it to the worker's directory
 * @param argumentStyle null to leave it to the worker
 * @param environment variables of the worker
 * @param timers those that are chosen
 * @param hostVersion null for the usual one
 * @param loadAll whether the worker loads every function of the app
 * @param triggerDataType null to choose it by the trigger
 * @param httpResponse what callers of the Invoke API get of an HTTP response
 */
public record AzureChoices(
    @Nullable Path appDirectory,
    @Nullable String functionName,
    @Nullable Path workerDirectory,
    List<String> command,
    @Nullable String language,
    @Nullable Indexing indexing,
    @Nullable ArgumentStyle argumentStyle,
    Map<String, String> environment,
    ChosenTimers timers,
    @Nullable String hostVersion,
    boolean loadAll,
    @Nullable TriggerDataType triggerDataType,
    HttpResponse httpResponse) {

  /** Nothing is chosen. */
  public static final AzureChoices NONE =
      new AzureChoices(
          null,
          null,
          null,
          List.of(),
          null,
          null,
          null,
          Map.of(),
          ChosenTimers.NONE,
          null,
          false,
          null,
          HttpResponse.ENVELOPE);

  /** Returns these choices with those of a command line, which count more unless they are null. */
  public AzureChoices with(
      @Nullable Path app, @Nullable Path worker, @Nullable String function, List<String> program) {
    return new AzureChoices(
        app == null ? appDirectory : app,
        function == null ? functionName : function,
        worker == null ? workerDirectory : worker,
        program.isEmpty() ? command : program,
        language,
        indexing,
        argumentStyle,
        environment,
        timers,
        hostVersion,
        loadAll,
        triggerDataType,
        httpResponse);
  }
}

package dev.rapid.azure;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a function of Azure Functions runs (contract azure-functions-worker, section 13).
 *
 * @param appDirectory the root of the function app, absolute; also the working directory of the
 *     worker
 * @param functionName which function of the app, in any case; null for its only one
 * @param workerDirectory the directory with {@code worker.config.json}, null if {@code command}
 *     says what to start
 * @param command the program of the worker and its arguments, to which the options of the protocol
 *     are appended; empty if the worker's directory says it
 * @param language the value of {@code FUNCTIONS_WORKER_RUNTIME}, null to leave it to the worker's
 *     directory and the app
 * @param indexing who finds the functions of the app, null to leave it to the worker's directory
 * @param argumentStyle which options of the protocol the command line has
 * @param environment variables of the worker besides those of the function
 * @param timers how long the worker may take
 * @param hostVersion what the worker reads as the version of the host
 * @param loadAll whether every function of the app is loaded, or only this one
 * @param triggerDataType the form in which the trigger's data is sent, null to choose it by the
 *     trigger
 * @param httpResponse what callers of the Invoke API get of an HTTP response
 */
public record AzureSettings(
    Path appDirectory,
    @Nullable String functionName,
    @Nullable Path workerDirectory,
    List<String> command,
    @Nullable String language,
    @Nullable Indexing indexing,
    ArgumentStyle argumentStyle,
    Map<String, String> environment,
    WorkerTimers timers,
    String hostVersion,
    boolean loadAll,
    @Nullable TriggerDataType triggerDataType,
    HttpResponse httpResponse) {

  /** What workers read as the version of the host unless the settings say otherwise. */
  public static final String DEFAULT_HOST_VERSION = "4.1037.0";

  /** Copies the collections. */
  public AzureSettings {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** Who finds the functions of an app (contract azure-functions-worker, section 6.2). */
  public enum Indexing {
    /** The worker, by running the app's code. */
    WORKER,
    /** The host, by {@code function.json} files. */
    HOST
  }

  /** Which options a worker understands (contract azure-functions-worker, section 3.1). */
  public enum ArgumentStyle {
    /** {@code --host}, {@code --port} and so on, and those of {@link #NEW}. */
    BOTH,
    /** {@code --host}, {@code --port} and so on. */
    OLD,
    /** {@code --functions-uri} and so on. */
    NEW
  }

  /** How the data of a trigger is sent (contract azure-functions-worker, section 13). */
  public enum TriggerDataType {
    STRING,
    JSON,
    /** The text of the event in UTF-8. */
    BYTES,
    /** The event is base64 text, which is decoded. */
    BASE64
  }

  /** What callers get of an HTTP response (contract azure-functions-worker, section 14.3). */
  public enum HttpResponse {
    /** An object with status, headers and body. */
    ENVELOPE,
    /** The body alone. */
    BODY
  }
}

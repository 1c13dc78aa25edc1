package dev.rapid.azure.launch;

import dev.rapid.azure.AzureSettings;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The environment of a worker's process (contract azure-functions-worker, section 3.3). */
public final class WorkerEnvironment {

  private static final String THREADS = "PYTHON_THREADPOOL_THREAD_COUNT";
  private static final String POWERSHELL_RUNSPACES = "PSWorkerInProcConcurrencyUpperBound";

  private WorkerEnvironment() {}

  /**
   * Returns the environment of a worker that serves its app, sorted by name. The variables of the
   * function are stronger than those of the app's {@code local.settings.json}, as in Azure's tools.
   *
   * @param variables of the function, without Lambda's
   * @param capacity how many invocations it has at once
   */
  public static Map<String, String> of(
      WorkerCommand command, AzureSettings settings, Map<String, String> variables, int capacity) {
    Map<String, String> all = new TreeMap<>(command.localValues());
    all.putAll(variables);
    addWorker(all, command, settings, capacity, settings.appDirectory());
    return Collections.unmodifiableMap(all);
  }

  /**
   * Returns the environment of a worker that does not have its app yet, sorted by name.
   *
   * @param inherited the variables of this machine, without those of the function
   * @param capacity how many invocations it will have at once
   * @param directory an empty directory, which stands for the app
   */
  public static Map<String, String> ofPlaceholder(
      WorkerCommand command,
      AzureSettings settings,
      Map<String, String> inherited,
      int capacity,
      Path directory) {
    Map<String, String> all = new TreeMap<>(inherited);
    addWorker(all, command, settings, capacity, directory);
    all.put("WEBSITE_PLACEHOLDER_MODE", "1");
    return Collections.unmodifiableMap(all);
  }

  private static void addWorker(
      Map<String, String> all,
      WorkerCommand command,
      AzureSettings settings,
      int capacity,
      Path appDirectory) {
    all.putAll(settings.environment());
    all.putAll(command.variables());
    all.put("FUNCTIONS_APPLICATION_DIRECTORY", appDirectory.toString());
    all.put("AzureWebJobsScriptRoot", appDirectory.toString());
    all.putIfAbsent("AZURE_FUNCTIONS_ENVIRONMENT", "Development");
    if (command.workerDirectory() != null) {
      all.put("FUNCTIONS_WORKER_DIRECTORY", command.workerDirectory().toString());
    }
    if (command.runtimeVersion() != null) {
      all.put("FUNCTIONS_WORKER_RUNTIME_VERSION", command.runtimeVersion());
    }
    String language = command.language();
    if (language == null) {
      return;
    }
    all.put("FUNCTIONS_WORKER_RUNTIME", language);
    switch (language.toLowerCase(Locale.ROOT)) {
      case "python" -> all.putIfAbsent(THREADS, Integer.toString(threads(command, capacity)));
      case "powershell" -> all.putIfAbsent(POWERSHELL_RUNSPACES, "1000");
      default -> {}
    }
  }

  /** A worker that ignores large numbers gets as many as it needs. */
  private static int threads(WorkerCommand command, int capacity) {
    return command.maxThreads() < WorkerCommand.MANY_THREADS
        ? Math.min(capacity, command.maxThreads())
        : command.maxThreads();
  }
}

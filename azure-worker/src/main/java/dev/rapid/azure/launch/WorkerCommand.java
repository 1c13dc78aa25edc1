package dev.rapid.azure.launch;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.WorkerSettings;
import dev.rapid.azure.WorkerStart;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.azure.app.InvalidAppException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the worker of an app is started, and what its directory says about it (contract
 * azure-functions-worker, sections 3.1 and 3.2).
 *
 * @param program the program and its arguments, without the options of the protocol
 * @param argumentStyle which options of the protocol it gets
 * @param workerDirectory the directory of the worker, null if it has none
 * @param language the value of {@code FUNCTIONS_WORKER_RUNTIME}, null if it is not known
 * @param runtimeVersion the value of {@code FUNCTIONS_WORKER_RUNTIME_VERSION}, null if it is not
 *     known
 * @param indexing who finds the functions of the app
 * @param timers how long the worker may take
 * @param onlyErrorsOnStderr whether each line on its stderr is an error
 * @param maxThreads how many threads its pool can have at most, if it is a worker that ignores a
 *     larger number; else {@link #MANY_THREADS}
 * @param variables what the program needs in its environment
 * @param localValues the variables of the app's {@code local.settings.json}
 */
public record WorkerCommand(
    List<String> program,
    ArgumentStyle argumentStyle,
    @Nullable Path workerDirectory,
    @Nullable String language,
    @Nullable String runtimeVersion,
    Indexing indexing,
    WorkerTimers timers,
    boolean onlyErrorsOnStderr,
    int maxThreads,
    Map<String, String> variables,
    Map<String, String> localValues) {

  /** As many threads as a worker may have, if any number will do. */
  public static final int MANY_THREADS = 1000;

  /** What workers get as the longest message: no limit. */
  private static final String MAX_MESSAGE_BYTES = "2147483647";

  /** Copies the collections. */
  public WorkerCommand {
    program = List.copyOf(program);
    variables = Map.copyOf(variables);
    localValues = Map.copyOf(localValues);
  }

  /**
   * Finds out how the worker of a function is started. Reads files of the worker and the app; for a
   * worker that is there for several versions of Python it asks the interpreter for its version.
   *
   * @param environment the variables of the function
   * @throws InvalidAppException if there is no such worker, or its files cannot be used
   */
  public static WorkerCommand of(AzureSettings settings, Map<String, String> environment)
      throws InvalidAppException {
    return new WorkerResolution(settings, environment, WorkerMachine.local(), Path.of("/"))
        .command();
  }

  /** Returns the same with the variables that the app's {@code local.settings.json} has by now. */
  public WorkerCommand withLocalValues(Map<String, String> values) {
    return new WorkerCommand(
        program,
        argumentStyle,
        workerDirectory,
        language,
        runtimeVersion,
        indexing,
        timers,
        onlyErrorsOnStderr,
        maxThreads,
        variables,
        values);
  }

  /** Returns the command line of a process: the program and the options of the protocol. */
  public List<String> commandLine(WorkerStart start) {
    List<String> line = new ArrayList<>(program);
    if (argumentStyle != ArgumentStyle.NEW) {
      line.addAll(
          List.of(
              "--host",
              start.host(),
              "--port",
              Integer.toString(start.port()),
              "--workerId",
              start.workerId(),
              "--requestId",
              start.requestId(),
              "--grpcMaxMessageLength",
              MAX_MESSAGE_BYTES));
    }
    if (argumentStyle != ArgumentStyle.OLD) {
      line.addAll(
          List.of(
              "--functions-uri",
              "http://" + start.host() + ":" + start.port() + "/",
              "--functions-worker-id",
              start.workerId(),
              "--functions-request-id",
              start.requestId(),
              "--functions-grpc-max-message-length",
              MAX_MESSAGE_BYTES));
    }
    return line;
  }

  /**
   * Returns how the worker is spoken with.
   *
   * @param settings what the user has set
   * @param capacity how many invocations it has at once
   * @param placeholderDirectory an empty directory, which is its app until its restore; null for
   *     workers that are not restored
   */
  public WorkerSettings settings(
      AzureSettings settings, int capacity, @Nullable Path placeholderDirectory) {
    return new WorkerSettings(
        settings, workerDirectory, indexing, timers, capacity, placeholderDirectory);
  }
}

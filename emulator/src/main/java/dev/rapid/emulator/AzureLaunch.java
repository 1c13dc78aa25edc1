package dev.rapid.emulator;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.WorkerSettings;
import dev.rapid.azure.WorkerStart;
import dev.rapid.azure.app.AppIndex;
import dev.rapid.azure.app.FunctionIndex;
import dev.rapid.azure.app.InvalidAppException;
import dev.rapid.azure.app.LocalSettings;
import dev.rapid.azure.launch.WorkerCommand;
import dev.rapid.azure.launch.WorkerEnvironment;
import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.emulator.settings.FunctionSettings;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the workers of a function of Azure Functions are launched.
 *
 * @param app what the user has set
 * @param command what is started
 * @param capacity how many invocations a worker has at once
 */
record AzureLaunch(AzureSettings app, WorkerCommand command, int capacity) {

  private static final Logger LOG = System.getLogger(AzureLaunch.class.getName());

  /**
   * Finds out how the workers of a function are launched. Reads files.
   *
   * @param app what its settings say of Azure Functions
   * @param variables of its workers
   * @throws InvalidSettingsException if there is no such worker
   */
  static AzureLaunch of(
      FunctionSettings settings, AzureSettings app, Map<String, String> variables) {
    try {
      return new AzureLaunch(
          app, WorkerCommand.of(app, variables), settings.concurrency().maxConcurrency());
    } catch (InvalidAppException e) {
      throw new InvalidSettingsException("Function '" + settings.name() + "': " + e.getMessage());
    }
  }

  /** Returns the functions of its app. */
  FunctionIndex index() {
    return new AppIndex(app.appDirectory());
  }

  /**
   * Returns how its workers are spoken with.
   *
   * @param placeholderDirectory their app until they are restored, null if they are not
   */
  WorkerSettings workerSettings(@Nullable Path placeholderDirectory) {
    return command.settings(app, capacity, placeholderDirectory);
  }

  /**
   * Returns the environment of a worker that has its app.
   *
   * @param variables of the function
   */
  Map<String, String> environment(Map<String, String> variables) {
    return WorkerEnvironment.of(withPresentValues(), app, variables, capacity);
  }

  /** The file of the app may have changed since; if it is broken now, the old values count. */
  private WorkerCommand withPresentValues() {
    try {
      return command.withLocalValues(LocalSettings.read(app.appDirectory()));
    } catch (InvalidAppException e) {
      LOG.log(Level.WARNING, "A worker starts with the earlier values: {0}", e.getMessage());
      return command;
    }
  }

  /**
   * Returns the launch of a process.
   *
   * @param start what it finds on its command line
   * @param variables of the function
   */
  LaunchSpec ofApp(WorkerStart start, Map<String, String> variables) {
    return new LaunchSpec(
        command.commandLine(start), app.appDirectory(), environment(variables), FramedLog.OFF);
  }

  /**
   * Returns the launch of a process that does not know its app yet.
   *
   * @param start what it finds on its command line
   * @param inherited variables besides those of the function
   * @param directory an empty one
   */
  LaunchSpec ofPlaceholder(WorkerStart start, Map<String, String> inherited, Path directory) {
    return new LaunchSpec(
        command.commandLine(start),
        directory,
        WorkerEnvironment.ofPlaceholder(command, app, inherited, capacity, directory),
        FramedLog.OFF);
  }
}

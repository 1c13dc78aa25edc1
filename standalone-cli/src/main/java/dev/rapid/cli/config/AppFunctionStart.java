package dev.rapid.cli.config;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.cli.config.azure.AzureApp;
import dev.rapid.cli.config.azure.AzureChoices;
import dev.rapid.cli.config.azure.AzureFunction;
import dev.rapid.cli.config.azure.AzureReader;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.cli.config.value.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The start of a function of Azure Functions. A start without such a function loads nothing of it.
 *
 * @param function the function of an app
 */
record AppFunctionStart(AzureFunction function) {

  private static final String APP_FILE = "host.json";

  /**
   * Returns the functions of an app.
   *
   * @param name the name that the user chose for a function, null for none
   * @param command the worker's program and its arguments, empty if the worker's directory says it
   * @throws UsageException if something is wrong
   */
  static List<AppFunctionStart> ofCommandLine(
      Values values, ProcessContext context, @Nullable String name, List<String> command) {
    return app(values, context, command).functions(name).stream()
        .map(AppFunctionStart::new)
        .toList();
  }

  /**
   * Returns the function of a configuration file.
   *
   * @param name its name in the file
   * @param command the worker's program and its arguments, empty if the worker's directory says it
   * @throws UsageException if something is wrong
   */
  static AppFunctionStart ofEntry(
      Values values, ProcessContext context, String name, List<String> command) {
    return new AppFunctionStart(app(values, context, command).function(name));
  }

  private static AzureApp app(Values values, ProcessContext context, List<String> command) {
    AzureChoices choices = AzureChoices.NONE;
    Value structure = values.find(AzureOptions.AZURE);
    if (structure != null) {
      Path ofFile = values.written(AzureOptions.AZURE).origin().directory();
      choices = AzureReader.read(structure, ofFile == null ? context.directory() : ofFile);
    }
    choices =
        choices.with(
            values.find(AzureOptions.APP_DIR),
            values.find(AzureOptions.WORKER_DIR),
            values.find(AzureOptions.AZURE_FUNCTION),
            command);
    Path directory = choices.appDirectory();
    if (directory == null) {
      directory = context.directory();
      if (!Files.isRegularFile(directory.resolve(APP_FILE))) {
        throw new UsageException(
            "There is no function app in " + directory + ": it has no " + APP_FILE,
            "Name its directory with "
                + AzureOptions.APP_DIR
                + ", or with 'appDirectory' below '"
                + AzureOptions.AZURE.key()
                + "' in the file.");
      }
    }
    Map<String, String> environment = new LinkedHashMap<>(context.environment());
    environment.putAll(FunctionOptions.variables(values));
    return AzureApp.read(choices, directory, environment);
  }

  String name() {
    return function.name();
  }

  AzureSettings settings() {
    return function.settings();
  }

  /** Returns what starts it. */
  FunctionStart start(Map<String, String> inherited, Map<String, String> variables) {
    return FunctionStart.of(function.command(), settings().appDirectory(), inherited, variables);
  }

  /** Returns how long an invocation may take unless the user says otherwise. */
  Duration timeout() {
    return function.timeout();
  }

  /**
   * Returns how long the first init may take unless the user says otherwise: as long as all of its
   * stages.
   *
   * @param placeholder whether it ends before the app is loaded
   */
  Duration initTimeout(boolean placeholder) {
    WorkerTimers timers = function.timers();
    return placeholder ? timers.placeholder() : timers.coldStart();
  }

  /** Returns how long a restore may take unless the user says otherwise. */
  Duration restoreTimeout() {
    return function.timers().restore();
  }

  /** Returns what a change of which renews the function. */
  List<Path> sources() {
    List<Path> sources = new ArrayList<>();
    sources.add(settings().appDirectory());
    Path workerDirectory = settings().workerDirectory();
    if (workerDirectory != null) {
      sources.add(workerDirectory);
    }
    return sources;
  }
}

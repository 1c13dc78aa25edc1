package dev.rapid.cli.config;

import static dev.rapid.cli.config.OptionBuilder.inContext;
import static dev.rapid.cli.config.OptionBuilder.structure;
import static dev.rapid.cli.config.OptionBuilder.value;

import dev.rapid.cli.config.azure.AppFunctionName;
import dev.rapid.cli.config.value.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of the options for Azure Functions. The command line says where the app and its worker
 * are; a file says all of it in one mapping (contract azure-functions-worker, section 13).
 */
public final class AzureOptions {

  static final List<Option<?>> TABLE = new ArrayList<>();

  /** The root of the function app. */
  public static final Option<Path> APP_DIR =
      inContext("app-dir", "DIR", Conversions::directory)
          .notInFiles()
          .help(
              TABLE,
              "Function app of Azure Functions: the directory with its host.json. Default: the"
                  + " current one.");

  /** The directory of the language worker. */
  public static final Option<Path> WORKER_DIR =
      inContext("worker-dir", "DIR", Conversions::directory)
          .notInFiles()
          .help(
              TABLE,
              "Language worker of Azure Functions: the directory with its worker.config.json."
                  + " Default: that of the installed Core Tools. Not needed with a COMMAND.");

  /** Which function of the app. */
  public static final Option<String> AZURE_FUNCTION =
      // A reference to the method would load the class with every start.
      value("azure-function", "NAME", text -> AppFunctionName.checked(text))
          .notInFiles()
          .help(TABLE, "Function of the app. Default: all of them.");

  /** All that a file says of an app and its worker. */
  public static final Option<Value> AZURE =
      structure("azure")
          .onlyInFiles()
          .ofFunction()
          .help(TABLE, "Function app of Azure Functions and its language worker.");

  private AzureOptions() {}
}

package dev.rapid.conformance.azure.worker;

import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An app of Azure Functions and its worker, as a configuration file says it. */
final class AzureApp {

  private final Path app;
  private final List<String> function = new ArrayList<>();
  private final List<String> environment = new ArrayList<>();
  private final List<String> workerEnvironment = new ArrayList<>();
  private final List<String> azure = new ArrayList<>();

  private AzureApp(Path app) {
    this.app = app;
  }

  /** Begins with the directory of an app. */
  static AzureApp in(Path app) {
    return new AzureApp(app);
  }

  /** Sets the program of the worker. */
  AzureApp command(String... words) {
    return option("command", "[\"" + String.join("\", \"", words) + "\"]");
  }

  /** Sets an option of every function. */
  AzureApp option(String name, Object value) {
    function.add(name + ": " + value);
    return this;
  }

  /** Sets an option of the mapping {@code azure} of every function. */
  AzureApp azure(String name, Object value) {
    azure.add(name + ": " + value);
    return this;
  }

  /** Sets a variable that the worker also has before it has the app. */
  AzureApp workerVariable(String name, Object value) {
    workerEnvironment.add(name + ": \"" + value + "\"");
    return this;
  }

  /** Sets a variable of the functions. */
  AzureApp variable(String name, Object value) {
    environment.add(name + ": \"" + value + "\"");
    return this;
  }

  /** Starts the program with functions of the app, each under its own name. */
  Rapid serve(Path directory, String... functions) {
    StringBuilder text = new StringBuilder("functions:\n");
    for (String name : functions) {
      text.append("  ").append(name).append(":\n    contract: azure-functions\n");
      function.forEach(line -> text.append("    ").append(line).append('\n'));
      text.append("    env: {").append(String.join(", ", environment)).append("}\n");
      text.append("    azure:\n      appDirectory: \"").append(app).append("\"\n");
      text.append("      functionName: ").append(name).append('\n');
      text.append("      environment: {")
          .append(String.join(", ", workerEnvironment))
          .append("}\n");
      azure.forEach(line -> text.append("      ").append(line).append('\n'));
    }
    Path file = directory.resolve("rapid.yaml");
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Rapid.serve("--config=" + file);
  }
}

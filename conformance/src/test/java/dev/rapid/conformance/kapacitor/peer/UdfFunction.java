package dev.rapid.conformance.kapacitor.peer;

import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A function of the configuration file whose worker is an agent. */
final class UdfFunction {

  private final String name;
  private final List<String> settings = new ArrayList<>();
  private final List<String> kapacitor = new ArrayList<>();
  private final List<String> options = new ArrayList<>();

  private UdfFunction(String name) {
    this.name = name;
  }

  /** Begins with an agent that Rapid starts. */
  static UdfFunction started(String name, List<String> command) {
    return new UdfFunction(name)
        .set(
            "command",
            command.stream()
                .map(word -> "\"" + word + "\"")
                .collect(Collectors.joining(", ", "[", "]")));
  }

  /** Begins with an agent that listens. */
  static UdfFunction connected(String name, Path socket) {
    return new UdfFunction(name).kapacitor("socket", "\"" + socket + "\"");
  }

  /** Returns the same with another name. */
  UdfFunction named(String other) {
    UdfFunction function = new UdfFunction(other);
    function.settings.addAll(settings);
    function.kapacitor.addAll(kapacitor);
    function.options.addAll(options);
    return function;
  }

  /** Sets an option of the function. */
  UdfFunction set(String setting, Object value) {
    settings.add(setting + ": " + value);
    return this;
  }

  /** Sets an option of the mapping {@code kapacitor}. */
  UdfFunction kapacitor(String setting, Object value) {
    kapacitor.add(setting + ": " + value);
    return this;
  }

  /** Gives the agent an option with one argument. */
  UdfFunction option(String option, Object argument) {
    options.add(option + ": " + argument);
    return this;
  }

  private void write(StringBuilder text) {
    text.append("  ").append(name).append(":\n    contract: kapacitor-udf\n");
    settings.forEach(line -> text.append("    ").append(line).append('\n'));
    text.append("    kapacitor:\n");
    kapacitor.forEach(line -> text.append("      ").append(line).append('\n'));
    text.append("      options: {").append(String.join(", ", options)).append("}\n");
  }

  /** Starts the program with functions that begin with their first invocations. */
  static Rapid serve(Path directory, UdfFunction... functions) {
    StringBuilder text = new StringBuilder("concurrency: 1\nfunctions:\n");
    for (UdfFunction function : functions) {
      function.write(text);
    }
    Path file = directory.resolve("rapid.yaml");
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Rapid.serve("--config=" + file, "--lazy-init");
  }
}

package dev.rapid.cli.config;

import java.util.List;
import java.util.Map;

/**
 * The environment variables of Rapid's own process. An empty variable counts as absent.
 *
 * @param variables all variables by name
 */
record Environment(Map<String, String> variables) implements Source {

  @Override
  public List<RawValue> values(Option<?> option) {
    if (option.isOnlyInFile()) {
      return List.of();
    }
    String name = option.variable();
    String text = variables.getOrDefault(name, "");
    return text.isEmpty() ? List.of() : option.split(text, Origin.variable(name));
  }

  /** Returns the values of the function's variables, which take precedence over the default. */
  List<RawValue> ofFunction(Option<?> option) {
    for (String name : option.functionVariables()) {
      String text = variables.getOrDefault(name, "");
      if (!text.isEmpty()) {
        return List.of(new RawValue(text, Origin.variable(name)));
      }
    }
    return List.of();
  }
}

package dev.rapid.templates.resource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The user's values of environment variables (contract templates-and-runtimes, section 5.1): those
 * of all functions below {@value #ALL}, and those of one function, which count more, below one of
 * its names.
 *
 * @param byFunction variables by a name of a function or {@value #ALL}
 */
public record EnvironmentOverrides(Map<String, Map<String, String>> byFunction) {

  /** The name below which the variables of all functions are. */
  public static final String ALL = "Parameters";

  /** Returns the variables of a function. Its first name that has some counts. */
  Map<String, String> of(String name, List<String> otherNames) {
    Map<String, String> variables = new LinkedHashMap<>(byFunction.getOrDefault(ALL, Map.of()));
    for (String other : otherNames) {
      if (byFunction.containsKey(other)) {
        variables.putAll(byFunction.get(other));
        return variables;
      }
    }
    variables.putAll(byFunction.getOrDefault(name, Map.of()));
    return variables;
  }
}

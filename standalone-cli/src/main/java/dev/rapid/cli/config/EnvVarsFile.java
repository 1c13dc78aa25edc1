package dev.rapid.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.lambda.JsonReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of {@code --env-vars}, in the format of {@code sam local}: a JSON object whose keys are
 * names of functions, or {@value #ALL} for all functions, with the variables of each (contract
 * templates-and-runtimes, section 5.1).
 *
 * <p>Messages never repeat values of the file, because they may be secret.
 */
final class EnvVarsFile {

  /** The key of the variables of all functions. */
  static final String ALL = "Parameters";

  private EnvVarsFile() {}

  /**
   * Returns the variables of a file by the name of their function.
   *
   * @throws UsageException if it cannot be read or has another format
   */
  static Map<String, Map<String, String>> read(String name, ProcessContext context) {
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(TextFiles.read(name, context));
    } catch (JsonProcessingException e) {
      throw wrong(name, "it is not JSON: " + JsonReader.messageOf(e));
    }
    if (!json.isObject()) {
      throw wrong(name, "it is not a JSON object of names and variables");
    }
    Map<String, Map<String, String>> functions = new LinkedHashMap<>();
    json.properties()
        .forEach(entry ->
            functions.put(entry.getKey(), variables(name, entry.getKey(), entry.getValue())));
    return functions;
  }

  private static Map<String, String> variables(String name, String function, JsonNode json) {
    if (!json.isObject()) {
      throw wrong(name, "'" + function + "' is not an object of variables");
    }
    Map<String, String> variables = new LinkedHashMap<>();
    json.properties()
        .forEach(entry -> {
          if (!entry.getValue().isValueNode() || entry.getKey().indexOf('=') >= 0) {
            throw wrong(name, "'" + entry.getKey() + "' of '" + function + "' is not a variable");
          }
          variables.put(entry.getKey(), entry.getValue().asText());
        });
    return variables;
  }

  /**
   * Returns the variables of a function: those of all functions, and those of the first of its
   * names that the file has, which count more.
   */
  static Map<String, String> of(List<String> names, Map<String, Map<String, String>> file) {
    Map<String, String> variables = new LinkedHashMap<>(file.getOrDefault(ALL, Map.of()));
    names.stream()
        .filter(file::containsKey)
        .findFirst()
        .ifPresent(name -> variables.putAll(file.get(name)));
    return variables;
  }

  private static UsageException wrong(String name, String why) {
    return new UsageException("Cannot read " + name + ": " + why);
  }
}

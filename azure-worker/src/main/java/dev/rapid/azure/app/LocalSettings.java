package dev.rapid.azure.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The {@code local.settings.json} of an app: variables of its functions on a developer's machine.
 */
public final class LocalSettings {

  private static final String FILE = "local.settings.json";

  private LocalSettings() {}

  /**
   * Reads the variables of an app; none if it has no such file.
   *
   * @param appDirectory the root of the app
   * @throws InvalidAppException if the file is there and cannot be used
   */
  public static Map<String, String> read(Path appDirectory) throws InvalidAppException {
    JsonFile file = JsonFile.readIfPresent(appDirectory.resolve(FILE));
    if (file == null) {
      return Map.of();
    }
    JsonNode encrypted = file.member("IsEncrypted");
    JsonNode values = file.member("Values");
    if (values == null) {
      return Map.of();
    }
    if (encrypted != null && encrypted.asBoolean()) {
      throw file.invalid(
          "the values are encrypted; write them in plain text with 'func settings decrypt'");
    }
    if (!values.isObject()) {
      throw file.invalid("Values must be a JSON object");
    }
    Map<String, String> variables = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : values.properties()) {
      if (each.getValue().isContainerNode()) {
        throw file.invalid(each.getKey() + " in Values must be a string");
      }
      if (!each.getValue().isNull()) {
        variables.put(each.getKey(), each.getValue().asText());
      }
    }
    return variables;
  }
}

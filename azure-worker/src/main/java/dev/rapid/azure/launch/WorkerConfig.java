package dev.rapid.azure.launch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.azure.app.InvalidAppException;
import dev.rapid.azure.app.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The {@code worker.config.json} of a worker, with the profile that applies (contract
 * azure-functions-worker, section 3.2). Variables are not replaced yet.
 *
 * @param file the file, for messages
 * @param language the value of {@code FUNCTIONS_WORKER_RUNTIME}
 * @param extensions of the script files that it runs, with the dot; may be empty
 * @param directory the directory of the worker
 * @param executable the program
 * @param workerPath what the program runs, null if it is the worker itself
 * @param arguments between the program and what it runs; each may have several words
 * @param indexes whether the worker finds the functions of an app
 * @param onlyErrorsOnStderr whether each line on stderr is an error
 * @param defaultRuntimeVersion of the language, null if the worker has one version only
 * @param supportedRuntimeVersions empty if it does not say
 * @param supportedSystems empty if it does not say
 * @param supportedArchitectures empty if it does not say
 * @param runtimeVersionPattern which part of a version counts, null for all of it
 * @param isDisabled whether it must not be used
 * @param startup null for the usual time
 * @param init null for the usual time
 * @param reload null for the usual time
 */
record WorkerConfig(
    Path file,
    String language,
    List<String> extensions,
    Path directory,
    String executable,
    @Nullable String workerPath,
    List<String> arguments,
    boolean indexes,
    boolean onlyErrorsOnStderr,
    @Nullable String defaultRuntimeVersion,
    List<String> supportedRuntimeVersions,
    List<String> supportedSystems,
    List<String> supportedArchitectures,
    @Nullable Pattern runtimeVersionPattern,
    boolean isDisabled,
    @Nullable Duration startup,
    @Nullable Duration init,
    @Nullable Duration reload) {

  static final String FILE = "worker.config.json";

  private static final int DEFAULT_MAX_PROCESSES = 10;

  /** Returns whether a directory has the file. */
  static boolean isIn(Path directory) {
    return Files.isRegularFile(directory.resolve(FILE));
  }

  /**
   * Reads the file of a worker.
   *
   * @param properties of the host, by lower-case name
   * @throws InvalidAppException if it cannot be used
   */
  static WorkerConfig read(
      Path directory, Map<String, String> environment, Map<String, String> properties)
      throws InvalidAppException {
    JsonFile file = JsonFile.read(directory.resolve(FILE));
    ObjectNode description = description(file, environment, properties);
    JsonNode options = objectOf(file, "processOptions");
    checkProcessCount(file, options);
    String workerDirectory = file.text(description, "workerDirectory");
    return new WorkerConfig(
        file.path(),
        needed(file, description, "language"),
        texts(file, description, "extensions"),
        workerDirectory == null || workerDirectory.isEmpty()
            ? directory
            : directory.resolve(workerDirectory).normalize(),
        needed(file, description, "defaultExecutablePath"),
        file.text(description, "defaultWorkerPath"),
        texts(file, description, "arguments"),
        "true".equalsIgnoreCase(file.text(description, "workerIndexing")),
        flag(file, description, "useStdErrorStreamForErrorsOnly"),
        file.text(description, "defaultRuntimeVersion"),
        texts(file, description, "supportedRuntimeVersions"),
        texts(file, description, "supportedOperatingSystems"),
        texts(file, description, "supportedArchitectures"),
        pattern(file, description),
        flag(file, description, "isDisabled"),
        limit(file, options, "processStartupTimeout"),
        limit(file, options, "initializationTimeout"),
        limit(file, options, "environmentReloadTimeout"));
  }

  /** The description, over which the first profile is laid whose conditions are all true. */
  private static ObjectNode description(
      JsonFile file, Map<String, String> environment, Map<String, String> properties)
      throws InvalidAppException {
    if (!(file.member("description") instanceof ObjectNode plain)) {
      throw file.invalid("needs a description, an object with language and defaultExecutablePath");
    }
    ObjectNode description = plain.deepCopy();
    JsonNode profiles = file.member("profiles");
    if (profiles == null) {
      return description;
    }
    if (!profiles.isArray()) {
      throw file.invalid("profiles must be a list");
    }
    for (JsonNode profile : profiles) {
      if (applies(file, profile, environment, properties)) {
        overlay(description, profile.path("description"));
        break;
      }
    }
    return description;
  }

  private static boolean applies(
      JsonFile file, JsonNode profile, Map<String, String> environment, Map<String, String> host)
      throws InvalidAppException {
    for (JsonNode condition : profile.path("conditions")) {
      String type = file.text(condition, "conditionType");
      String name = file.text(condition, "conditionName");
      String expression = file.text(condition, "conditionExpression");
      if (type == null || name == null || expression == null) {
        return false;
      }
      String value =
          switch (type.toLowerCase(Locale.ROOT)) {
            case "environment" -> Words.value(environment, name);
            case "hostproperty" -> host.get(name.toLowerCase(Locale.ROOT));
            default -> null;
          };
      if (value == null || value.isEmpty() || !matches(expression, value)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(String expression, String value) {
    try {
      return Pattern.compile(expression).matcher(value).find();
    } catch (PatternSyntaxException e) {
      // Such a condition counts as false.
      return false;
    }
  }

  private static void overlay(ObjectNode description, JsonNode profile) {
    for (Map.Entry<String, JsonNode> member : profile.properties()) {
      if (!member.getValue().isNull()) {
        List<String> replaced = new ArrayList<>();
        description.fieldNames().forEachRemaining(replaced::add);
        replaced.removeIf(name -> !name.equalsIgnoreCase(member.getKey()));
        description.remove(replaced);
        description.set(member.getKey(), member.getValue());
      }
    }
  }

  private static void checkProcessCount(JsonFile file, JsonNode options)
      throws InvalidAppException {
    int count = options.path("processCount").asInt(1);
    int max = options.path("maxProcessCount").asInt(DEFAULT_MAX_PROCESSES);
    if (count > max) {
      throw file.invalid("processCount is " + count + ", and maxProcessCount is " + max);
    }
  }

  private static JsonNode objectOf(JsonFile file, String name) throws InvalidAppException {
    JsonNode member = file.member(name);
    if (member == null) {
      return file.root().objectNode();
    }
    if (!member.isObject()) {
      throw file.invalid(name + " must be an object");
    }
    return member;
  }

  private static String needed(JsonFile file, JsonNode description, String name)
      throws InvalidAppException {
    String text = file.text(description, name);
    if (text == null || text.isBlank()) {
      throw file.invalid("description needs " + name);
    }
    return text;
  }

  private static List<String> texts(JsonFile file, JsonNode description, String name)
      throws InvalidAppException {
    JsonNode list = JsonFile.member(description, name);
    if (list == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode each : list) {
      if (!each.isTextual()) {
        throw file.invalid(name + " has " + each + ", which must be a string");
      }
      texts.add(each.textValue());
    }
    if (!list.isArray()) {
      throw file.invalid(name + " must be a list of strings");
    }
    return List.copyOf(texts);
  }

  private static boolean flag(JsonFile file, JsonNode description, String name)
      throws InvalidAppException {
    JsonNode member = JsonFile.member(description, name);
    if (member == null) {
      return false;
    }
    if (member.isBoolean()) {
      return member.booleanValue();
    }
    String text = member.asText();
    if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
      throw file.invalid(name + " is " + member + " and must be true or false");
    }
    return text.equalsIgnoreCase("true");
  }

  private static @Nullable Pattern pattern(JsonFile file, JsonNode description)
      throws InvalidAppException {
    String expression = file.text(description, "sanitizeRuntimeVersionRegex");
    if (expression == null || expression.isEmpty()) {
      return null;
    }
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw file.invalid(
          "sanitizeRuntimeVersionRegex is no regular expression: " + e.getDescription());
    }
  }

  private static @Nullable Duration limit(JsonFile file, JsonNode options, String name)
      throws InvalidAppException {
    Duration time = file.time(options, name);
    if (time != null && !time.isPositive()) {
      throw file.invalid(name + " must be more than zero");
    }
    return time;
  }
}

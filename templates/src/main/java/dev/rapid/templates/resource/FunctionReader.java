package dev.rapid.templates.resource;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.Properties;
import dev.rapid.templates.stack.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the properties of a function (contract templates-and-runtimes, sections 5.1, 8.2). */
final class FunctionReader {

  private static final Pattern RUNTIME = Pattern.compile("[a-z][a-z0-9.]*");
  private static final List<String> APPLICATION_LEVELS =
      List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");
  private static final List<String> SYSTEM_LEVELS = List.of("DEBUG", "INFO", "WARN");
  private static final Set<String> TRACING_MODES = Set.of("Active", "PassThrough");
  private static final String HOST =
      System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64";
  private static final int DEFAULT_TIMEOUT = 3;
  private static final int LONGEST_TIMEOUT = 900;
  private static final int DEFAULT_MEMORY = 128;
  private static final int MOST_MEMORY = 10_240;
  private static final int MOST_MEMORY_OF_INSTANCES = 32_768;
  private static final int DEFAULT_CONCURRENCY_OF_INSTANCES = 4;

  private final Resource resource;
  private final Properties properties;
  private final Section settings;
  private final Section details;
  private final boolean ofSam;

  private FunctionReader(ConfiguredFunction function) {
    this.resource = function.resource();
    this.properties = resource.properties();
    this.settings = function.settings();
    this.details = function.details();
    this.ofSam = resource.is("AWS::Serverless::Function");
  }

  /**
   * Reads the properties of a function into its settings.
   *
   * @param names other names that it answers to
   * @param layers the layers of all stacks
   * @param overrides the user's values of environment variables
   * @param written returns a path as the configuration file has it
   */
  static void read(
      ConfiguredFunction function,
      List<String> names,
      Layers layers,
      Map<String, String> overrides,
      Function<Path, String> written) {
    FunctionReader reader = new FunctionReader(function);
    reader.readCode(written);
    reader.readLayers(layers, written);
    reader.settings.putTexts("names", reader.resource.position(), names);
    reader.readSizes();
    Section environment = EnvironmentReader.read(reader.resource, overrides);
    reader.settings.put("env", environment);
    reader.readPlace();
    reader.readConcurrency();
    reader.readLogging();
    reader.readDetails();
    reader.warnOfTheRest();
  }

  private void readCode(Function<Path, String> written) {
    Code code = CodeReader.ofFunction(resource);
    String runtime = runtime();
    String handler = properties.text("Handler");
    String reason = null;
    if (runtime != null) {
      settings.put("runtime", properties.position("Runtime"), runtime);
    }
    if (handler != null) {
      settings.put("handler", properties.position("Handler"), handler);
    }
    Position place = properties.position(ofSam ? "CodeUri" : "Code");
    switch (code) {
      case Code.Local local -> settings.put("code", place, written.apply(local.path()));
      case Code.Inline inline -> {
        settings.put(
            "inline-code", properties.position(ofSam ? "InlineCode" : "Code"), inline.text());
        reason = whyNotInline(runtime, handler);
      }
      case Code.Absent absent -> reason = absent.reason();
    }
    if (reason == null) {
      reason = whyNotRunnable(runtime, handler);
    }
    if (reason != null) {
      settings.put("not-runnable", place, reason);
    }
  }

  private @Nullable String runtime() {
    String runtime = properties.text("Runtime");
    if (runtime == null || RUNTIME.matcher(runtime).matches()) {
      return runtime;
    }
    properties.warn("Runtime", "is '" + runtime + "', which is no runtime such as python3.13");
    return null;
  }

  private @Nullable String whyNotInline(@Nullable String runtime, @Nullable String handler) {
    if (runtime != null && !runtime.startsWith("python") && !runtime.startsWith("nodejs")) {
      properties.warn("Runtime", "is " + runtime + ", and inline code is for Node and Python only");
      return "inline code is for Node and Python only";
    }
    if (handler != null && !handler.startsWith("index.")) {
      properties.warn(
          "Handler", "is '" + handler + "'; inline code is in a file 'index', so write index.NAME");
    }
    return null;
  }

  private @Nullable String whyNotRunnable(@Nullable String runtime, @Nullable String handler) {
    if (runtime == null) {
      properties.warn("Runtime", "is not known, so the function cannot run; name a runtime");
      return "its Runtime is not known";
    }
    if (handler == null && !runtime.startsWith("provided")) {
      properties.warn("Handler", "is not known, so the function cannot run; name a handler");
      return "its Handler is not known";
    }
    return null;
  }

  private void readLayers(Layers layers, Function<Path, String> written) {
    List<Layers.Layer> found = layers.of(properties);
    settings.putTexts(
        "layers",
        properties.position("Layers"),
        found.stream()
            .map(Layers.Layer::content)
            .filter(path -> path != null)
            .map(written)
            .toList());
    details.put(
        "Layers",
        properties.position("Layers"),
        found.stream()
            .map(layer ->
                new Section(layer.reference()).put("Arn", layer.reference(), layer.arn()).node())
            .toList());
  }

  private void readSizes() {
    boolean onInstances = properties.has("CapacityProviderConfig");
    settings
        .put(
            "timeout",
            properties.position("Timeout"),
            properties.number("Timeout", DEFAULT_TIMEOUT, 1, LONGEST_TIMEOUT))
        .put(
            "memory",
            properties.position("MemorySize"),
            properties.number(
                "MemorySize",
                DEFAULT_MEMORY,
                DEFAULT_MEMORY,
                onInstances ? MOST_MEMORY_OF_INSTANCES : MOST_MEMORY));
  }

  /** Sets region and account if the stack says them and not the user. */
  private void readPlace() {
    if (resource.stack().hasOwnPlace()) {
      settings
          .put("region", resource.position(), resource.stack().region())
          .put("account-id", resource.position(), resource.stack().account());
    }
  }

  private void readConcurrency() {
    Long reserved = properties.number("ReservedConcurrentExecutions");
    if (reserved != null) {
      settings.put(
          "reserved-concurrency",
          properties.position("ReservedConcurrentExecutions"),
          Math.min(reserved, ConfiguredFunction.MOST_SANDBOXES));
    }
    if ("PER_TENANT".equals(properties.map("TenancyConfig").text("TenantIsolationMode"))) {
      settings.put("tenant-isolation", properties.position("TenancyConfig"), true);
    }
    if (properties.has("CapacityProviderConfig")) {
      readCapacityProvider();
    }
  }

  private void readCapacityProvider() {
    Properties provider = properties.map("CapacityProviderConfig");
    Properties instances =
        ofSam ? provider : provider.map("LambdaManagedInstancesCapacityProviderConfig");
    Position from = properties.position("CapacityProviderConfig");
    long concurrency =
        instances.number(
            "PerExecutionEnvironmentMaxConcurrency",
            DEFAULT_CONCURRENCY_OF_INSTANCES,
            1,
            ConfiguredFunction.MOST_SANDBOXES);
    settings.put("max-concurrency", from, concurrency);
    Section shown = new Section(from);
    String arn = instances.text(ofSam ? "Arn" : "CapacityProviderArn");
    if (arn != null) {
      shown.put("CapacityProviderArn", from, arn);
    }
    shown.put("PerExecutionEnvironmentMaxConcurrency", from, concurrency);
    details.put(
        "CapacityProviderConfig",
        new Section(from).put("LambdaManagedInstancesCapacityProviderConfig", shown));
  }

  private void readLogging() {
    Properties logging = properties.map("LoggingConfig");
    String format = logging.oneOf("LogFormat", List.of("Text", "JSON"));
    if (format != null) {
      settings.put("log-format", logging.position("LogFormat"), format.toLowerCase(Locale.ROOT));
    }
    String group = logging.text("LogGroup");
    if (group != null) {
      settings.put("log-group", logging.position("LogGroup"), group);
    }
    if ("JSON".equals(format)) {
      copyLevel(logging, "ApplicationLogLevel", APPLICATION_LEVELS, "application-log-level");
      copyLevel(logging, "SystemLogLevel", SYSTEM_LEVELS, "system-log-level");
    }
  }

  private void copyLevel(Properties logging, String name, List<String> levels, String setting) {
    String level = logging.oneOf(name, levels);
    if (level != null) {
      settings.put(setting, logging.position(name), level.toLowerCase(Locale.ROOT));
    }
  }

  private void readDetails() {
    copyDetail("Description", "Description");
    copyDetail("Role", "Role");
    copyDetail("KmsKeyArn", "KMSKeyArn");
    copyDetail("VpcConfig", "VpcConfig");
    copyDetail("FileSystemConfigs", "FileSystemConfigs");
    copyDetail("EphemeralStorage", "EphemeralStorage");
    copyDetail("TenancyConfig", "TenancyConfig");
    copyDetail("DurableConfig", "DurableConfig");
    if ("Image".equals(properties.text("PackageType"))) {
      copyDetail("PackageType", "PackageType");
    }
    details.putTexts(
        "Architectures", properties.position("Architectures"), properties.texts("Architectures"));
    readTracing();
    readDeadLetters();
    readTags();
  }

  private void copyDetail(String property, String member) {
    Node value = properties.get(property);
    boolean empty = value instanceof ScalarNode scalar && scalar.asText().isEmpty();
    if (value != null && !empty) {
      details.put(member, properties.position(property), value);
    }
  }

  private void readTracing() {
    Properties owner = ofSam ? properties : properties.map("TracingConfig");
    String mode = owner.text(ofSam ? "Tracing" : "Mode");
    if (mode != null && TRACING_MODES.contains(mode)) {
      Position from = properties.position(ofSam ? "Tracing" : "TracingConfig");
      details.put("TracingConfig", new Section(from).put("Mode", from, mode));
    }
  }

  private void readDeadLetters() {
    String name = ofSam ? "DeadLetterQueue" : "DeadLetterConfig";
    String target = properties.map(name).text("TargetArn");
    if (target != null) {
      Position from = properties.position(name);
      details.put("DeadLetterConfig", new Section(from).put("TargetArn", from, target));
    }
  }

  private void readTags() {
    Section tags = new Section(properties.position("Tags"));
    switch (properties.get("Tags")) {
      case MapNode mapping ->
          mapping
              .entries()
              .forEach((name, entry) -> {
                if (entry.value() instanceof ScalarNode value) {
                  tags.put(name, entry.key(), value.asText());
                }
              });
      case ListNode list ->
          list.items()
              .forEach(item -> {
                if (item instanceof MapNode tag
                    && tag.get("Key") instanceof ScalarNode key
                    && tag.get("Value") instanceof ScalarNode value) {
                  tags.put(key.asText(), tag.position(), value.asText());
                }
              });
      case null, default -> {}
    }
    if (ofSam) {
      tags.put("lambda:createdBy", tags.origin(), "SAM");
    }
    details.put("Tags", tags);
  }

  private void warnOfTheRest() {
    warnOfBuild();
    warnOfArchitecture();
    properties.warnOfOthers(FunctionProperties.known(ofSam), "a function");
    properties.node().entries().keySet().stream()
        .filter(FunctionProperties.WITHOUT_EFFECT::contains)
        .filter(properties::has)
        .forEach(name -> properties.warn(name, "has no effect here"));
  }

  /** The source of a function that {@code sam build} builds in a special way is not its code. */
  private void warnOfBuild() {
    String method = resource.metadata("BuildMethod");
    if (method != null && resource.metadata("SamResourceId") == null) {
      resource
          .stack()
          .problems()
          .warn(
              resource.position(),
              "'"
                  + resource.id()
                  + "' is built by the method '"
                  + method
                  + "', and its source is used; run 'sam build'");
    }
  }

  /** Programs for another processor do not run; interpreted ones do. */
  private void warnOfArchitecture() {
    String runtime = properties.text("Runtime", "");
    List<String> architectures = properties.texts("Architectures");
    boolean isNative = runtime.startsWith("provided") || runtime.startsWith("go");
    if (isNative && !architectures.isEmpty() && !architectures.contains(HOST)) {
      properties.warn(
          "Architectures", "is " + architectures.getFirst() + ", and this machine is " + HOST);
    }
  }
}

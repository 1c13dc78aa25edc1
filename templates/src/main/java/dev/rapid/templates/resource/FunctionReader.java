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
import org.jspecify.annotations.Nullable;

/** Reads the properties of a function (contract templates-and-runtimes, sections 5.1, 8.2). */
final class FunctionReader {

  private static final Set<String> TRACING_MODES = Set.of("Active", "PassThrough");
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
    String runtime = properties.text("Runtime");
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
    number("ReservedConcurrentExecutions", properties, "reserved-concurrency");
    if (ofSam) {
      number(
          "ProvisionedConcurrentExecutions",
          properties.map("ProvisionedConcurrencyConfig"),
          "provisioned");
    }
    if ("PER_TENANT".equals(properties.map("TenancyConfig").text("TenantIsolationMode"))) {
      settings.put("tenant-isolation", properties.position("TenancyConfig"), true);
    }
    if (properties.has("CapacityProviderConfig")) {
      Properties provider = properties.map("CapacityProviderConfig");
      Properties instances =
          ofSam ? provider : provider.map("LambdaManagedInstancesCapacityProviderConfig");
      settings.put(
          "max-concurrency",
          properties.position("CapacityProviderConfig"),
          instances.number(
              "PerExecutionEnvironmentMaxConcurrency",
              DEFAULT_CONCURRENCY_OF_INSTANCES,
              1,
              Integer.MAX_VALUE));
    }
  }

  private void number(String name, Properties from, String setting) {
    Long number = from.number(name);
    if (number != null) {
      settings.put(setting, from.position(name), number);
    }
  }

  private void readLogging() {
    Properties logging = properties.map("LoggingConfig");
    String format = logging.oneOf("LogFormat", List.of("Text", "JSON"));
    if (format != null) {
      settings.put("log-format", logging.position("LogFormat"), format.toLowerCase(Locale.ROOT));
    }
    copyText(logging, "LogGroup", "log-group");
    if ("JSON".equals(format)) {
      copyText(logging, "ApplicationLogLevel", "application-log-level");
      copyText(logging, "SystemLogLevel", "system-log-level");
    }
  }

  private void copyText(Properties from, String name, String setting) {
    String text = from.text(name);
    if (text != null) {
      settings.put(setting, from.position(name), text);
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
    copyDetail("SnapStart", "SnapStart");
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
    properties.warnOfOthers(FunctionProperties.known(ofSam), "a function");
    for (String name : FunctionProperties.WITHOUT_EFFECT) {
      if (properties.has(name)) {
        properties.warn(name, "has no effect here");
      }
    }
  }
}

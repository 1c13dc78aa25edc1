package dev.rapid.templates.resource;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.FunctionTarget;
import dev.rapid.templates.stack.Functions;
import dev.rapid.templates.stack.Properties;
import dev.rapid.templates.stack.Resource;
import dev.rapid.templates.stack.StackTree;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads all functions of the stacks with their versions, aliases, URLs and settings for
 * asynchronous invocations (contract templates-and-runtimes, sections 5.1 to 5.5, 8.1).
 */
public final class ConfiguredFunctions {

  private static final String LATEST = "$LATEST";
  private static final String[] NOT_SERVED = {
    "AWS::Lambda::WebFunction", "AWS::Lambda::MicrovmImage",
    "AWS::Serverless::WebFunction", "AWS::Serverless::MicrovmImage"
  };
  private static final Pattern ALIAS = Pattern.compile("(?!^[0-9]+$)([a-zA-Z0-9-_]{1,128})");

  private final StackTree tree;
  private final Functions functions;
  private final Destinations destinations;
  private final SequencedMap<Resource, ConfiguredFunction> configured = new LinkedHashMap<>();

  private ConfiguredFunctions(StackTree tree) {
    this.tree = tree;
    this.functions = tree.functions();
    this.destinations = new Destinations(functions);
  }

  /**
   * Returns the value of the key {@code functions}.
   *
   * @param variables the user's environment variables, by a name of the function
   * @param layers the user's directories and archives, by the ARN of a layer
   * @param written returns a path as the configuration file has it
   */
  public static Section read(
      StackTree tree,
      EnvironmentOverrides variables,
      Map<String, Path> layers,
      Function<Path, String> written) {
    ConfiguredFunctions all = new ConfiguredFunctions(tree);
    all.readFunctions(variables, layers, written);
    tree.resources(NOT_SERVED).forEach(all::warnOfType);
    all.readVersions();
    all.readAliases();
    all.readUrls();
    all.readInvokeConfigs();
    Section section = new Section(tree.position());
    all.configured.values().forEach(each -> section.put(each.name(), each.entry()));
    return section;
  }

  private void warnOfType(Resource resource) {
    tree.problems()
        .warn(
            resource.position(),
            "'"
                + resource.id()
                + "' is of the type "
                + resource.type()
                + ", which does not run here");
  }

  private void readFunctions(
      EnvironmentOverrides variables, Map<String, Path> ofUser, Function<Path, String> written) {
    Layers layers =
        new Layers(
            tree.resources("AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion"),
            ofUser,
            tree.problems());
    for (Resource resource : functions.names().functions()) {
      String name = functions.names().of(resource);
      ConfiguredFunction function = new ConfiguredFunction(resource, name);
      configured.put(resource, function);
      List<String> others = functions.names().others(resource);
      FunctionReader.read(function, others, layers, variables.of(name, others), written);
    }
  }

  // ------------------------------------------------------------------ versions and aliases

  private void readVersions() {
    functions.versions().forEach(this::readVersion);
    for (Resource version : tree.resources("AWS::Lambda::Version")) {
      if (functions.version(version) == null) {
        version
            .properties()
            .warn("FunctionName", "is no function of this template; the version is left out");
      }
    }
    configured.values().forEach(this::publish);
  }

  private void readVersion(Resource resource, Functions.NumberedVersion version) {
    ConfiguredFunction function = configured.get(version.function());
    if (function != null) {
      Properties properties = resource.properties();
      function.addVersion(
          resource.position(), version.number(), properties.text("Description"), properties);
    }
  }

  /** Publishes a version and points an alias to it, as SAM does for {@code AutoPublishAlias}. */
  private void publish(ConfiguredFunction function) {
    Resource resource = function.resource();
    Properties properties = resource.properties();
    Node written = resource.written("AutoPublishAlias");
    if (written == null || !resource.is("AWS::Serverless::Function")) {
      return;
    }
    String alias = properties.text("AutoPublishAlias");
    if (alias == null || !isTextOrReference(written)) {
      tree.problems()
          .error(
              written.position(),
              "'AutoPublishAlias' of "
                  + resource.id()
                  + " must be a text or a Ref to a parameter of the template");
      return;
    }
    if (isAliasName(properties, "AutoPublishAlias", alias)) {
      int number = functions.publishedVersion(resource);
      Position from = properties.position("AutoPublishAlias");
      function.addVersion(from, number, properties.text("VersionDescription"), null);
      Section others = new Section(from);
      ConfiguredFunction.putProvisioned(others, properties);
      function.addAlias(from, alias, Integer.toString(number), others);
    }
  }

  private static boolean isTextOrReference(Node written) {
    return switch (written) {
      case ScalarNode scalar ->
          !scalar.isNull() && !(scalar.plain() && scalar.asNumber().isPresent());
      case MapNode mapping -> mapping.entries().size() == 1 && mapping.get("Ref") != null;
      case ListNode list -> false;
    };
  }

  private static boolean isAliasName(Properties properties, String property, String name) {
    boolean valid = ALIAS.matcher(name).matches();
    if (!valid) {
      properties.error(
          property,
          "is '"
              + name
              + "'; the name of an alias has 1 to 128 letters, digits, '-' or '_', not digits"
              + " alone");
    }
    return valid;
  }

  private void readAliases() {
    for (Resource resource : tree.resources("AWS::Lambda::Alias")) {
      Properties properties = resource.properties();
      FunctionTarget target = functions.find(properties.get("FunctionName"));
      ConfiguredFunction function = target == null ? null : configured.get(target.function());
      String name = properties.text("Name");
      if (function == null) {
        properties.warn("FunctionName", "is no function of this template; the alias is left out");
      } else if (name == null) {
        properties.warn("Name", "is not known; the alias is left out");
      } else if (isAliasName(properties, "Name", name)) {
        readAlias(resource, name, properties, function);
      }
    }
  }

  private void readAlias(
      Resource resource, String name, Properties properties, ConfiguredFunction function) {
    String version = version(properties, "FunctionVersion", function);
    Section others = new Section(resource.position());
    others.put("weights", weights(properties, function));
    String description = properties.text("Description");
    if (description != null) {
      others.put("description", properties.position("Description"), description);
    }
    ConfiguredFunction.putProvisioned(others, properties);
    function.addAlias(resource.position(), name, version, others);
  }

  private static String version(
      Properties properties, String property, ConfiguredFunction function) {
    String version = properties.text(property);
    if (version != null && (version.equals(LATEST) || function.hasVersion(version))) {
      return version;
    }
    properties.warn(
        property,
        (version == null ? "is not known" : "is '" + version + "', which is not a version here")
            + "; "
            + LATEST
            + " is used");
    return LATEST;
  }

  private static Section weights(Properties alias, ConfiguredFunction function) {
    Properties routing = alias.map("RoutingConfig");
    Section weights = new Section(routing.position("AdditionalVersionWeights"));
    for (Node item : routing.list("AdditionalVersionWeights")) {
      if (item instanceof MapNode weight
          && weight.get("FunctionVersion") instanceof ScalarNode version
          && weight.get("FunctionWeight") instanceof ScalarNode number) {
        BigDecimal share = number.asNumber().orElse(BigDecimal.ZERO);
        if (function.hasVersion(version.asText())
            && share.signum() >= 0
            && share.compareTo(BigDecimal.ONE) <= 0) {
          weights.put(
              version.asText(),
              weight.position(),
              new ScalarNode(number.position(), share.toPlainString(), true));
        } else {
          routing.warn(
              "AdditionalVersionWeights",
              "has '"
                  + version.asText()
                  + ": "
                  + number.asText()
                  + "', which is not a version and a number from 0 to 1; it is left out");
        }
      }
    }
    return weights;
  }

  // ------------------------------------------------------------------ URLs

  private void readUrls() {
    for (ConfiguredFunction function : configured.values()) {
      Properties properties = function.resource().properties();
      Properties url = properties.map("FunctionUrlConfig");
      if (function.resource().is("AWS::Serverless::Function") && !url.node().entries().isEmpty()) {
        function.setUrl(properties.position("FunctionUrlConfig"), url, publishedAlias(function));
      }
    }
    for (Resource resource : tree.resources("AWS::Lambda::Url")) {
      Properties properties = resource.properties();
      FunctionTarget target = functions.find(properties.get("TargetFunctionArn"));
      ConfiguredFunction function = target == null ? null : configured.get(target.function());
      if (function == null || target == null) {
        properties.warn(
            "TargetFunctionArn", "is no function of this template; the URL is left out");
      } else {
        String qualifier = properties.text("Qualifier");
        function.setUrl(
            resource.position(),
            properties,
            knownAlias(properties, function, qualifier == null ? target.qualifier() : qualifier));
      }
    }
  }

  private static @Nullable String publishedAlias(ConfiguredFunction function) {
    String alias = function.resource().properties().text("AutoPublishAlias");
    return alias != null && function.hasAlias(alias) ? alias : null;
  }

  private static @Nullable String knownAlias(
      Properties url, ConfiguredFunction function, @Nullable String qualifier) {
    if (qualifier == null || function.hasAlias(qualifier)) {
      return qualifier;
    }
    url.warn("Qualifier", "is '" + qualifier + "', which is not an alias here; it is ignored");
    return null;
  }

  // ------------------------------------------------------------------ asynchronous invocations

  private void readInvokeConfigs() {
    for (ConfiguredFunction function : configured.values()) {
      destinations.readDeadLetters(function);
      if (function.resource().is("AWS::Serverless::Function")) {
        readInvokeConfig(function.resource().properties().map("EventInvokeConfig"), function);
      }
    }
    for (Resource resource : tree.resources("AWS::Lambda::EventInvokeConfig")) {
      Properties properties = resource.properties();
      FunctionTarget target = functions.find(properties.get("FunctionName"));
      ConfiguredFunction function = target == null ? null : configured.get(target.function());
      if (function == null) {
        properties.warn("FunctionName", "is no function of this template; this is left out");
      } else {
        readInvokeConfig(properties, function);
      }
    }
  }

  private void readInvokeConfig(Properties config, ConfiguredFunction function) {
    if (config.has("MaximumRetryAttempts")) {
      long attempts = 1 + Math.min(config.number("MaximumRetryAttempts", 2, 0, 2), 2);
      function.settings().put("async-attempts", config.position("MaximumRetryAttempts"), attempts);
    }
    if (config.has("MaximumEventAgeInSeconds")) {
      long age = config.number("MaximumEventAgeInSeconds", 21_600, 60, 21_600);
      function
          .settings()
          .put(
              "async-max-age",
              config.position("MaximumEventAgeInSeconds"),
              Math.clamp(age, 60, 21_600));
    }
    destinations.read(config.map("DestinationConfig"), function);
  }
}

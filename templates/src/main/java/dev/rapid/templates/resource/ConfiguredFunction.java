package dev.rapid.templates.resource;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.Properties;
import dev.rapid.templates.stack.Resource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function as it becomes an entry of {@code functions}. Several resources describe it: the
 * function, its versions, aliases, URL and its settings for asynchronous invocations.
 */
final class ConfiguredFunction {

  /** The most sandboxes, or invocations at once, that a configuration file may ask for. */
  static final long MOST_SANDBOXES = 10_000;

  private final Resource resource;
  private final String name;
  private final Section settings;
  private final Section details;
  private final List<Node> versions = new ArrayList<>();
  private final Section aliases;
  private @Nullable Position url;

  ConfiguredFunction(Resource resource, String name) {
    this.resource = resource;
    this.name = name;
    this.settings = new Section(resource.position());
    this.details = new Section(resource.position());
    this.aliases = new Section(resource.position());
  }

  Resource resource() {
    return resource;
  }

  String name() {
    return name;
  }

  /** Returns the options of the function. */
  Section settings() {
    return settings;
  }

  /** Returns the members of its configuration that have no effect here and are only shown. */
  Section details() {
    return details;
  }

  /**
   * Adds a published version.
   *
   * @param owner says how many of its sandboxes are always initialised, null for none
   */
  void addVersion(
      Position from, int number, @Nullable String description, @Nullable Properties owner) {
    Section version = new Section(from).put("version", from, Integer.toString(number));
    if (description != null) {
      version.put("description", from, description);
    }
    if (owner != null) {
      putProvisioned(version, owner);
    }
    versions.add(version.node());
  }

  /** Sets how many sandboxes are always initialised, if {@code owner} says so. */
  static void putProvisioned(Section section, Properties owner) {
    Properties provisioned = owner.map("ProvisionedConcurrencyConfig");
    Long number = provisioned.number("ProvisionedConcurrentExecutions");
    if (number != null) {
      section.put(
          "provisioned",
          provisioned.position("ProvisionedConcurrentExecutions"),
          Math.min(number, MOST_SANDBOXES));
    }
  }

  /** Returns whether there is a published version with this number. */
  boolean hasVersion(String number) {
    return versions.stream()
        .anyMatch(version ->
            version instanceof MapNode each
                && each.get("version") instanceof ScalarNode text
                && text.text().equals(number));
  }

  /**
   * Adds an alias.
   *
   * @param others its members besides the version
   */
  void addAlias(Position from, String alias, String version, Section others) {
    if (others.isEmpty()) {
      aliases.put(alias, from, version);
      return;
    }
    Section description = new Section(from).put("version", from, version);
    others
        .node()
        .entries()
        .forEach((name, entry) -> description.put(name, entry.key(), entry.value()));
    aliases.put(alias, description);
  }

  /** Returns whether there is an alias with this name. */
  boolean hasAlias(String alias) {
    return aliases.has(alias);
  }

  /**
   * Sets the function URL. A function has one here.
   *
   * @param properties {@code InvokeMode}, {@code AuthType} and {@code Cors}
   * @param qualifier the alias that it invokes, null for the function as it is
   */
  void setUrl(Position from, Properties properties, @Nullable String qualifier) {
    if (url != null) {
      resource
          .stack()
          .problems()
          .warn(
              from,
              "function '"
                  + name
                  + "' has another URL already, at line "
                  + url.line()
                  + "; this one is ignored");
      return;
    }
    url = from;
    boolean streamed = "RESPONSE_STREAM".equals(properties.text("InvokeMode"));
    String auth = properties.oneOf("AuthType", List.of("NONE", "AWS_IAM"));
    settings
        .put(
            "function-url-mode",
            properties.position("InvokeMode"),
            streamed ? "response_stream" : "buffered")
        .put(
            "function-url-auth",
            properties.position("AuthType"),
            "AWS_IAM".equals(auth) ? "aws_iam" : "none");
    MapNode cors = properties.map("Cors").node();
    if (!cors.entries().isEmpty()) {
      settings.put("function-url-cors", properties.position("Cors"), cors);
    }
    if (qualifier != null) {
      settings.put("function-url-qualifier", from, qualifier);
    }
  }

  /**
   * Returns the entry. SnapStart is for published versions; a function without one only shows it.
   */
  Section entry() {
    Properties snapStart = resource.properties().map("SnapStart");
    if ("PublishedVersions".equals(snapStart.text("ApplyOn"))) {
      if (versions.isEmpty() || settings.has("max-concurrency")) {
        details.put("SnapStart", snapStart.position("ApplyOn"), snapStart.node());
      } else {
        settings.put("snapstart", snapStart.position("ApplyOn"), true);
      }
    }
    settings.put("versions", resource.position(), versions);
    settings.put("aliases", aliases);
    settings.put("details", details);
    return settings;
  }
}

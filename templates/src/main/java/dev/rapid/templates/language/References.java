package dev.rapid.templates.language;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the value of a reference: the user's, a parameter's, then a resource's. */
final class References {

  private static final Pattern STORED = Pattern.compile("\\{\\{resolve:([^{}]*)}}");

  private final MapNode root;
  private final Deployment deployment;
  private final Parameters parameters;
  private final ReferenceValues values;
  private final Resolver resolver;
  private final Problems problems;
  private final Chain evaluating = new Chain();

  References(
      MapNode root,
      Deployment deployment,
      ReferenceValues values,
      Resolver resolver,
      Problems problems) {
    this.root = root;
    this.deployment = deployment;
    this.parameters = new Parameters(Sections.of(root, Sections.PARAMETERS), deployment, problems);
    this.values = values;
    this.resolver = resolver;
    this.problems = problems;
  }

  Deployment deployment() {
    return deployment;
  }

  /** Returns what {@code Ref} gives, empty if there is no such name. */
  Optional<Node> find(String name, Position usedAt) throws UnresolvedException {
    String given = deployment.referenceValues().get(name);
    if (given != null) {
      return Optional.of(ScalarNode.text(usedAt, given));
    }
    if (name.startsWith(PseudoParameters.PREFIX)) {
      return Optional.ofNullable(PseudoParameters.value(name, usedAt, deployment));
    }
    Node parameter = parameters.value(name, usedAt);
    if (parameter != null) {
      return Optional.of(parameter);
    }
    int dot = name.indexOf('.');
    String value =
        dot > 0
            ? attribute(name.substring(0, dot), name.substring(dot + 1), usedAt)
            : guarded(name, usedAt, () -> values.ref(name, resolver));
    return Optional.ofNullable(value == null ? deployment.parameters().get(name) : value)
        .map(text -> ScalarNode.text(usedAt, text));
  }

  /** Returns what {@code Fn::GetAtt} gives, null if it is not known. */
  @Nullable String attribute(String logicalId, String attribute, Position usedAt)
      throws UnresolvedException {
    String name = logicalId + "." + attribute;
    String given = deployment.referenceValues().get(name);
    return given == null
        ? guarded(name, usedAt, () -> values.attribute(logicalId, attribute, resolver))
        : given;
  }

  /** Returns an exception that says what is missing, where a name has no value. */
  UnresolvedException unknown(String name, Position usedAt) {
    if (name.startsWith(PseudoParameters.PREFIX)) {
      return UnresolvedException.unknown(
          usedAt,
          "there is no pseudo parameter '"
              + name
              + "'"
              + Similar.hint(name, PseudoParameters.NAMES));
    }
    Set<String> resources = Sections.of(root, Sections.RESOURCES).entries().keySet();
    int dot = name.indexOf('.');
    if (dot < 0) {
      List<String> names = new ArrayList<>(resources);
      names.addAll(Sections.of(root, Sections.PARAMETERS).entries().keySet());
      return UnresolvedException.unknown(
          usedAt,
          "there is no parameter and no resource '" + name + "'" + Similar.hint(name, names));
    }
    String resource = name.substring(0, dot);
    return resources.contains(resource)
        ? UnresolvedException.unknownReference(
            usedAt, "the value of '" + name + "' is not known here", name)
        : UnresolvedException.unknown(
            usedAt, "there is no resource '" + resource + "'" + Similar.hint(resource, resources));
  }

  /** Returns the value of an export, null if it is not known. */
  @Nullable String export(String name, Position usedAt) throws UnresolvedException {
    String given = deployment.referenceValues().get(name);
    return given == null ? guarded("export " + name, usedAt, () -> values.export(name)) : given;
  }

  private @Nullable String guarded(String name, Position usedAt, Supplier<@Nullable String> value)
      throws UnresolvedException {
    if (!evaluating.enter(name)) {
      throw UnresolvedException.wrong(
          usedAt, "references need each other: " + evaluating.upTo(name));
    }
    try {
      return value.get();
    } finally {
      evaluating.leave(name);
    }
  }

  /**
   * Returns the text with the user's values of dynamic references. Others stay, with a warning: a
   * service has them.
   */
  ScalarNode withStoredValues(ScalarNode scalar) {
    if (!scalar.text().contains("{{resolve:")) {
      return scalar;
    }
    String text =
        STORED
            .matcher(scalar.text())
            .replaceAll(match -> Matcher.quoteReplacement(stored(match, scalar.position())));
    return new ScalarNode(scalar.position(), text, scalar.plain());
  }

  private String stored(MatchResult match, Position usedAt) {
    String given = deployment.referenceValues().get(match.group(1));
    if (given != null) {
      return given;
    }
    problems.warn(
        usedAt,
        "the value of '"
            + match.group()
            + "' is not read; the text is used as it is. Give it with --reference "
            + match.group(1)
            + "=VALUE");
    return match.group();
  }
}

package dev.rapid.templates.language;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the values of one stack's template (contract templates-and-runtimes, sections 2 and 3).
 *
 * <p>Values that are not known here are warnings, and {@link #resolve} leaves a null in their
 * place, or leaves out an item of a list. What CloudFormation refuses whatever the values are, such
 * as a function without its arguments, is an error. Both go to the {@link Problems} of the
 * constructor.
 */
public final class Resolver {

  private final Includes includes;
  private final MapNode template;
  private final Evaluator evaluator;
  private final Problems problems;

  /**
   * Creates a resolver. It unrolls the template's loops, includes files and merges globals.
   *
   * @param root the template's root
   * @param problems gets what is wrong with the template, now and whenever a value is resolved
   */
  public Resolver(MapNode root, Deployment deployment, ReferenceValues values, Problems problems) {
    this.problems = problems;
    this.includes = new Includes(deployment.includeDirectories(), problems);
    Evaluator withoutResources =
        new Evaluator(
            new References(root, deployment, ReferenceValues.NONE, this, problems), root, problems);
    MapNode expanded = new Expansion(withoutResources, includes, problems).root(root);
    Sections.check(expanded, problems);
    Macros.check(expanded, problems);
    this.template = Globals.merged(expanded, problems);
    DependencyCycles.check(resources(), problems);
    this.evaluator =
        new Evaluator(
            new References(template, deployment, values, this, problems), template, problems);
  }

  /** Returns the template with loops unrolled, files included and globals merged. */
  public MapNode template() {
    return template;
  }

  /** Returns the resources of {@link #template}, empty if it has none. */
  public MapNode resources() {
    return Sections.of(template, Sections.RESOURCES);
  }

  /** Returns the outputs of {@link #template}, empty if it has none. */
  public MapNode outputs() {
    return Sections.of(template, Sections.OUTPUTS);
  }

  /**
   * Returns what {@code Globals} has for a kind of resource, such as {@code HttpApi}: the values of
   * an API that the template implies and does not declare.
   */
  public Optional<MapNode> globals(String section) {
    return Sections.of(template, Sections.GLOBALS).get(section) instanceof MapNode globals
        ? Optional.of(globals)
        : Optional.empty();
  }

  /**
   * Returns a value without functions. Members whose value is {@code AWS::NoValue} are left out; if
   * the value itself is, or if it is not known, the result is null ({@link ScalarNode#isNull}).
   *
   * @param name what the value is of, for warnings: a property, say
   */
  public Node resolve(String name, Node node) {
    Node value = evaluator.leniently(name, node);
    return value == null ? Nodes.nullAt(node.position()) : value;
  }

  /**
   * Returns the text of a value, null if it is none, is not known or is left out.
   *
   * @param name what the value is of, for warnings
   */
  public @Nullable String text(String name, @Nullable Node node) {
    return node != null && resolve(name, node) instanceof ScalarNode scalar && !scalar.isNull()
        ? scalar.asText()
        : null;
  }

  /** Returns the value of a condition, empty if it does not exist or is not known. */
  public Optional<Boolean> condition(String name) {
    return evaluator.conditions().value(name);
  }

  /**
   * Returns whether the condition of a resource or an output lets it exist. A condition that is not
   * known does, with a warning.
   */
  public boolean exists(MapNode member) {
    if (!(member.get("Condition") instanceof ScalarNode name)) {
      return true;
    }
    return condition(name.text())
        .orElseGet(() -> {
          problems.warn(
              name.position(), evaluator.conditions().missing(name.text()) + "; it counts as true");
          return true;
        });
  }

  /** Returns the included files that were read so far. */
  public List<Path> includedFiles() {
    return List.copyOf(includes.files());
  }
}

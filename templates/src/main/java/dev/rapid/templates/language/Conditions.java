package dev.rapid.templates.language;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The conditions of a template. Each is evaluated when it is needed first. */
final class Conditions {

  private final MapNode section;
  private final Evaluator evaluator;
  private final Problems problems;
  private final Map<String, Optional<Boolean>> values = new HashMap<>();
  private final Chain evaluating = new Chain();

  Conditions(MapNode section, Evaluator evaluator, Problems problems) {
    this.section = section;
    this.evaluator = evaluator;
    this.problems = problems;
  }

  /** Returns the value of a condition, empty if it does not exist or is not known. */
  Optional<Boolean> value(String name) {
    Node condition = section.get(name);
    if (condition == null) {
      return Optional.empty();
    }
    Optional<Boolean> known = values.get(name);
    if (known != null) {
      return known;
    }
    if (!evaluating.enter(name)) {
      problems.error(
          section.positionOf(name), "conditions need each other: " + evaluating.upTo(name));
      return Optional.empty();
    }
    Optional<Boolean> value = evaluate(name, condition);
    evaluating.leave(name);
    values.put(name, value);
    return value;
  }

  /** Says why {@link #value} is empty. */
  String missing(String name) {
    return section.get(name) == null
        ? "there is no condition '" + name + "'" + Similar.hint(name, section.entries().keySet())
        : "condition '" + name + "' has no value";
  }

  private Optional<Boolean> evaluate(String name, Node condition) {
    try {
      if (evaluator.strictly(condition) instanceof ScalarNode scalar
          && scalar.asBoolean().isPresent()) {
        return scalar.asBoolean();
      }
      problems.error(
          section.positionOf(name),
          "condition '" + name + "' is neither true nor false; use a function such as !Equals");
    } catch (UnresolvedException e) {
      evaluator.report(e, "condition '" + name + "' has no value");
    }
    return Optional.empty();
  }
}

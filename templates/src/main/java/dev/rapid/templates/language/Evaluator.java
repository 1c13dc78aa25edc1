package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates values that contain functions. Null stands for {@code AWS::NoValue}.
 *
 * <p>There are two ways. A property is evaluated leniently: a part of it that is not known is a
 * null or left out, with a warning, and the rest is used. What a function takes is evaluated
 * strictly: without one of its arguments it has no value at all.
 */
final class Evaluator {

  private final References references;
  private final Mappings mappings;
  private final Problems problems;
  private final Conditions conditions;

  Evaluator(References references, MapNode root, Problems problems) {
    this.references = references;
    this.problems = problems;
    this.mappings = new Mappings(Sections.of(root, Sections.MAPPINGS));
    this.conditions = new Conditions(Sections.of(root, Sections.CONDITIONS), this, problems);
  }

  References references() {
    return references;
  }

  Mappings mappings() {
    return mappings;
  }

  Conditions conditions() {
    return conditions;
  }

  Problems problems() {
    return problems;
  }

  /** Returns the value of what a function takes. */
  @Nullable Node strictly(Node node) throws UnresolvedException {
    return evaluate(node, true);
  }

  /** Returns the value of a property, which is null in the tree if it is not known. */
  @Nullable Node leniently(String name, Node node) {
    try {
      return evaluate(node, false);
    } catch (UnresolvedException e) {
      report(e, "'" + name + "' is left empty");
      return Nodes.nullAt(node.position());
    }
  }

  @Nullable Node evaluate(Node node, boolean strict) throws UnresolvedException {
    Map.Entry<String, MapNode.Entry> function = Nodes.function(node);
    if (function != null) {
      Node argument = function.getValue().value();
      return Functions.call(new Call(function.getKey(), argument, node.position(), this, strict));
    }
    return switch (node) {
      case MapNode mapping -> mapping(mapping, strict);
      case ListNode list -> list(list, strict);
      case ScalarNode scalar -> references.withStoredValues(scalar);
    };
  }

  private MapNode mapping(MapNode mapping, boolean strict) throws UnresolvedException {
    SequencedMap<String, MapNode.Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, MapNode.Entry> entry : mapping.entries().entrySet()) {
      Node value = entry.getValue().value();
      Node evaluated = strict ? evaluate(value, true) : leniently(entry.getKey(), value);
      if (evaluated != null) {
        entries.put(entry.getKey(), new MapNode.Entry(entry.getValue().key(), evaluated));
      }
    }
    return new MapNode(mapping.position(), entries);
  }

  private ListNode list(ListNode list, boolean strict) throws UnresolvedException {
    List<Node> items = new ArrayList<>();
    for (Node item : list.items()) {
      Node evaluated = strict ? evaluate(item, true) : item(item);
      if (evaluated != null) {
        items.add(evaluated);
      }
    }
    return new ListNode(list.position(), items);
  }

  private @Nullable Node item(Node item) {
    try {
      return evaluate(item, false);
    } catch (UnresolvedException e) {
      report(e, "the item is left out");
      return null;
    }
  }

  /** Reports a value that is not known, with what is used instead. */
  void report(UnresolvedException e, String instead) {
    if (e.isWrong()) {
      problems.error(e.position(), e.reason());
    } else {
      problems.warn(
          e.position(),
          e.reason() + "; " + instead + (e.advice().isEmpty() ? "" : ". " + e.advice()));
    }
  }
}

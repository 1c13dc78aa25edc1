package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.ScalarNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The body of a loop for one value of its identifier. */
final class LoopBody {

  private final String identifier;
  private final String value;
  private final Budget budget;

  LoopBody(String identifier, String value, Budget budget) {
    this.identifier = identifier;
    this.value = value;
    this.budget = budget;
  }

  /** Returns the body with the value in its keys and texts, also where they are not functions. */
  MapNode of(MapNode body) throws UnresolvedException {
    SequencedMap<String, MapNode.Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, MapNode.Entry> entry : body.entries().entrySet()) {
      entries.put(
          text(entry.getKey()),
          new MapNode.Entry(entry.getValue().key(), node(entry.getValue().value())));
    }
    return new MapNode(body.position(), entries);
  }

  private Node node(Node node) throws UnresolvedException {
    budget.spend(node);
    return switch (node) {
      case MapNode mapping when isReference(mapping) -> ScalarNode.text(node.position(), value);
      case MapNode mapping -> of(mapping);
      case ListNode list -> {
        List<Node> items = new ArrayList<>();
        for (Node item : list.items()) {
          items.add(node(item));
        }
        yield new ListNode(list.position(), items);
      }
      case ScalarNode scalar ->
          new ScalarNode(scalar.position(), text(scalar.text()), scalar.plain());
    };
  }

  private boolean isReference(MapNode mapping) {
    return mapping.entries().size() == 1
        && mapping.get("Ref") instanceof ScalarNode name
        && name.text().equals(identifier);
  }

  private String text(String text) {
    return text.replace("${" + identifier + "}", value)
        .replace("&{" + identifier + "}", value.replaceAll("[^A-Za-z0-9]", ""));
  }

  /** Limits what all loops of a template make. */
  static final class Budget {

    private static final int MOST_NODES = 100_000;

    private int spent;

    /** Returns whether the limit was passed. That was reported then. */
    boolean isSpent() {
      return spent > MOST_NODES;
    }

    void spend(Node node) throws UnresolvedException {
      if (++spent > MOST_NODES) {
        throw UnresolvedException.wrong(
            node.position(), "the loops of the template make more than " + MOST_NODES + " values");
      }
    }
  }
}

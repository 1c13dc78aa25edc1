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
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Unrolls loops and puts included files into their places, before anything else looks at the
 * template (contract templates-and-runtimes, sections 3.7 and 3.8).
 */
final class Expansion {

  private static final String LOOP = "Fn::ForEach::";
  private static final String MACRO = "Fn::Transform";
  private static final Set<String> AS_WRITTEN =
      Set.of(Sections.PARAMETERS, Sections.TRANSFORM, "Metadata", "Rules", "Description");

  private final Evaluator evaluator;
  private final Includes includes;
  private final Problems problems;
  private final LoopBody.Budget budget = new LoopBody.Budget();
  private boolean withLoops;

  Expansion(Evaluator evaluator, Includes includes, Problems problems) {
    this.evaluator = evaluator;
    this.includes = includes;
    this.problems = problems;
  }

  MapNode root(MapNode root) {
    withLoops = Macros.lists(root, Macros.LANGUAGE_EXTENSIONS);
    SequencedMap<String, MapNode.Entry> entries = new LinkedHashMap<>();
    root.entries()
        .forEach((section, entry) -> {
          if (AS_WRITTEN.contains(section)) {
            entries.put(section, entry);
          } else {
            put(entries, section, entry);
          }
        });
    for (Node macro : Macros.of(root)) {
      if (macro instanceof MapNode mapping && Macros.nameOf(mapping).equals(Macros.INCLUDE)) {
        included(mapping, "nothing is included")
            .ifPresent(content -> addMissing(entries, content.entries()));
      }
    }
    return new MapNode(root.position(), entries);
  }

  private Node expand(String key, Node node) {
    Node macro = macroOf(node);
    if (macro != null) {
      return applied(macro, "'" + key + "' is left empty").orElse(Nodes.nullAt(node.position()));
    }
    return switch (node) {
      case MapNode mapping -> {
        SequencedMap<String, MapNode.Entry> entries = new LinkedHashMap<>();
        mapping.entries().forEach((name, entry) -> put(entries, name, entry));
        yield new MapNode(mapping.position(), entries);
      }
      case ListNode list -> {
        List<Node> items = new ArrayList<>();
        for (Node item : list.items()) {
          items.add(expand(key, item));
        }
        yield new ListNode(list.position(), items);
      }
      case ScalarNode scalar -> scalar;
    };
  }

  /** Returns the macro whose result replaces a mapping, null if there is none. */
  private static @Nullable Node macroOf(Node node) {
    return node instanceof MapNode mapping && mapping.entries().size() == 1
        ? mapping.get(MACRO)
        : null;
  }

  private void put(SequencedMap<String, MapNode.Entry> entries, String key, MapNode.Entry entry) {
    if (key.startsWith(LOOP)) {
      unroll(key, entry, entries);
    } else if (key.equals(MACRO)) {
      applied(entry.value(), "it is left out")
          .ifPresent(content -> {
            if (content instanceof MapNode mapping) {
              addMissing(entries, mapping.entries());
            } else {
              problems.error(
                  entry.key(), "the included file is not a mapping, and has to be one here");
            }
          });
    } else {
      entries.put(key, new MapNode.Entry(entry.key(), expand(key, entry.value())));
    }
  }

  /** Adds sections or names that are not there. Sections that are there get new names. */
  private static void addMissing(
      SequencedMap<String, MapNode.Entry> entries, Map<String, MapNode.Entry> more) {
    more.forEach((key, entry) -> {
      MapNode.Entry present = entries.putIfAbsent(key, entry);
      if (present != null
          && present.value() instanceof MapNode section
          && entry.value() instanceof MapNode others) {
        SequencedMap<String, MapNode.Entry> names = new LinkedHashMap<>(section.entries());
        others.entries().forEach(names::putIfAbsent);
        entries.put(key, new MapNode.Entry(present.key(), new MapNode(section.position(), names)));
      }
    });
  }

  /** Returns what a macro gives, empty with a warning if it is not known. */
  private Optional<Node> applied(Node macro, String instead) {
    String name = Macros.nameOf(macro);
    if (!name.equals(Macros.INCLUDE) || !(macro instanceof MapNode mapping)) {
      problems.warn(macro.position(), "the macro '" + name + "' is not known here; " + instead);
      return Optional.empty();
    }
    return Optional.ofNullable(
        includes.read(mapping, evaluator, content -> expand(name, content), instead));
  }

  private Optional<MapNode> included(MapNode macro, String instead) {
    return applied(macro, instead)
        .filter(content -> content instanceof MapNode)
        .map(content -> (MapNode) content);
  }

  private void unroll(
      String loop, MapNode.Entry entry, SequencedMap<String, MapNode.Entry> entries) {
    if (!withLoops) {
      withLoops = true;
      problems.warn(
          entry.key(),
          "loops need 'Transform: "
              + Macros.LANGUAGE_EXTENSIONS
              + "' in the cloud; they are unrolled as if it were there");
    }
    try {
      if (!(entry.value() instanceof ListNode list)
          || list.items().size() != 3
          || !(list.items().get(0) instanceof ScalarNode identifier)
          || !(list.items().get(2) instanceof MapNode body)) {
        throw UnresolvedException.wrong(
            entry.key(), loop + " takes [identifier, list of texts, {name: value}]");
      }
      if (!(evaluator.strictly(list.items().get(1)) instanceof ListNode collection)) {
        throw UnresolvedException.wrong(
            list.items().get(1).position(), loop + " takes a list of texts after the identifier");
      }
      for (Node item : collection.items()) {
        if (budget.isSpent()) {
          return;
        }
        LoopBody each = new LoopBody(identifier.text(), Nodes.text(item, ""), budget);
        for (Map.Entry<String, MapNode.Entry> made : each.of(body).entries().entrySet()) {
          putOnce(entries, made.getKey(), made.getValue(), loop);
        }
      }
    } catch (UnresolvedException e) {
      evaluator.report(e, "the loop is left out");
    }
  }

  private void putOnce(
      SequencedMap<String, MapNode.Entry> entries, String key, MapNode.Entry entry, String loop) {
    if (entries.containsKey(key)) {
      problems.error(entry.key(), loop + " makes '" + key + "', which is there already");
    } else {
      put(entries, key, entry);
    }
  }
}

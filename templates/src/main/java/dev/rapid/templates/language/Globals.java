package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Merges the section {@code Globals} into the resources of SAM (contract templates-and-runtimes,
 * section 2).
 */
final class Globals {

  private static final String TYPE = "AWS::Serverless::";
  private static final String PROPERTIES = "Properties";

  /** Lists of this property are replaced; others are appended. */
  private static final String REPLACED = "Architectures";

  private final MapNode globals;
  private final Problems problems;

  private Globals(MapNode globals, Problems problems) {
    this.globals = globals;
    this.problems = problems;
  }

  /** Returns the template with complete properties. */
  static MapNode merged(MapNode root, Problems problems) {
    if (!(root.get(Sections.GLOBALS) instanceof MapNode globals)
        || !(root.get(Sections.RESOURCES) instanceof MapNode resources)) {
      return root;
    }
    Globals merge = new Globals(globals, problems);
    merge.check();
    SequencedMap<String, MapNode.Entry> sections = new LinkedHashMap<>(root.entries());
    sections.put(
        Sections.RESOURCES,
        new MapNode.Entry(root.positionOf(Sections.RESOURCES), merge.resources(resources)));
    return new MapNode(root.position(), sections);
  }

  private void check() {
    globals
        .entries()
        .forEach((section, entry) -> {
          if (!GlobalProperties.SECTIONS.contains(section)) {
            problems.error(
                entry.key(),
                "'Globals' has no section '"
                    + section
                    + "'; it has "
                    + String.join(", ", GlobalProperties.SECTIONS));
          } else if (entry.value() instanceof MapNode properties) {
            properties.entries().forEach((property, value) -> check(section, property, value));
          } else {
            problems.error(entry.key(), "'" + section + "' is not a mapping of properties");
          }
        });
  }

  private void check(String section, String property, MapNode.Entry entry) {
    if (GlobalProperties.isRefused(section, property)) {
      problems.error(
          entry.key(),
          "'" + property + "' is not allowed below 'Globals'; write it in each " + TYPE + section);
    } else if (!GlobalProperties.isKnown(section, property)) {
      problems.warn(
          entry.key(),
          "'" + property + "' is not known below 'Globals'; it is merged all the same");
    }
  }

  private MapNode resources(MapNode resources) {
    SequencedMap<String, MapNode.Entry> merged = new LinkedHashMap<>();
    resources
        .entries()
        .forEach(
            (id, entry) -> merged.put(id, new MapNode.Entry(entry.key(), resource(entry.value()))));
    return new MapNode(resources.position(), merged);
  }

  private Node resource(Node node) {
    if (!(node instanceof MapNode resource) || !(defaults(resource) instanceof MapNode defaults)) {
      return node;
    }
    Node properties = resource.get(PROPERTIES);
    boolean none =
        properties == null || (properties instanceof ScalarNode scalar && scalar.isNull());
    SequencedMap<String, MapNode.Entry> entries = new LinkedHashMap<>(resource.entries());
    entries.put(
        PROPERTIES,
        new MapNode.Entry(
            resource.positionOf(PROPERTIES),
            none ? defaults : merge(PROPERTIES, defaults, properties)));
    return new MapNode(resource.position(), entries);
  }

  private @Nullable Node defaults(MapNode resource) {
    String type = Nodes.text(resource.get("Type"), "");
    return type.startsWith(TYPE) ? globals.get(type.substring(TYPE.length())) : null;
  }

  /** A function counts as a simple value, so that it replaces what the globals have. */
  private static Node merge(String name, Node global, @Nullable Node local) {
    if (local == null) {
      return global;
    }
    if (Nodes.function(global) != null || Nodes.function(local) != null) {
      return local;
    }
    if (global instanceof MapNode globals && local instanceof MapNode locals) {
      SequencedMap<String, MapNode.Entry> entries = new LinkedHashMap<>(globals.entries());
      locals
          .entries()
          .forEach((key, entry) ->
              entries.merge(
                  key,
                  entry,
                  (first, second) ->
                      new MapNode.Entry(second.key(), merge(key, first.value(), second.value()))));
      return new MapNode(local.position(), entries);
    }
    if (global instanceof ListNode globals
        && local instanceof ListNode locals
        && !name.equals(REPLACED)) {
      List<Node> items = new ArrayList<>(globals.items());
      items.addAll(locals.items());
      return new ListNode(local.position(), items);
    }
    return local;
  }
}

package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds resources that need each other to exist. The cloud creates one after the other and refuses
 * them; here names are known before, so that they work.
 */
final class DependencyCycles {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9]+)[.}]");

  /** Properties that become resources of their own, which depend on the function. */
  private static final Set<String> RESOURCES_OF_THEIR_OWN =
      Set.of("Events", "DeploymentPreference", "EventInvokeConfig");

  private final MapNode resources;
  private final Problems problems;

  /** For each resource, the resources that it needs, with the position of a reference. */
  private final Map<String, SequencedMap<String, Position>> needs = new LinkedHashMap<>();

  private final Set<String> done = new HashSet<>();
  private final Chain path = new Chain();

  private DependencyCycles(MapNode resources, Problems problems) {
    this.resources = resources;
    this.problems = problems;
  }

  /** Warns about each cycle. */
  static void check(MapNode resources, Problems problems) {
    DependencyCycles cycles = new DependencyCycles(resources, problems);
    resources.forEach((id, resource) -> {
      SequencedMap<String, Position> needed = new LinkedHashMap<>();
      if (resource instanceof MapNode mapping
          && mapping.get("Properties") instanceof MapNode properties) {
        properties.forEach((name, value) -> {
          if (!RESOURCES_OF_THEIR_OWN.contains(name)) {
            cycles.collect(value, needed);
          }
        });
      }
      cycles.needs.put(id, needed);
    });
    cycles.needs.keySet().forEach(cycles::visit);
  }

  private void visit(String id) {
    if (done.contains(id) || !path.enter(id)) {
      return;
    }
    needs
        .getOrDefault(id, new LinkedHashMap<>())
        .forEach((needed, position) -> {
          if (needed.equals(id)) {
            problems.warn(
                position,
                "'" + id + "' refers to itself, which the cloud refuses; here it has the value");
          } else if (path.contains(needed)) {
            problems.warn(
                position,
                "resources need each other, which the cloud refuses: " + path.upTo(needed));
          } else {
            visit(needed);
          }
        });
    path.leave(id);
    done.add(id);
  }

  private void collect(Node node, SequencedMap<String, Position> needed) {
    Map.Entry<String, MapNode.Entry> function = Nodes.function(node);
    if (function != null) {
      addReferences(function.getKey(), function.getValue().value(), needed);
    }
    switch (node) {
      case MapNode mapping -> mapping.forEach((name, value) -> collect(value, needed));
      case ListNode list -> list.items().forEach(item -> collect(item, needed));
      case ScalarNode scalar -> {}
    }
  }

  private void addReferences(
      String function, Node argument, SequencedMap<String, Position> needed) {
    Node first =
        argument instanceof ListNode list && !list.items().isEmpty()
            ? list.items().getFirst()
            : argument;
    if (!(first instanceof ScalarNode scalar)) {
      return;
    }
    switch (function) {
      case "Ref", "Fn::GetAtt" -> add(scalar.text().replaceFirst("\\..*", ""), scalar, needed);
      case "Fn::Sub" ->
          VARIABLE
              .matcher(scalar.text())
              .results()
              .forEach(match -> add(match.group(1), scalar, needed));
      default -> {}
    }
  }

  private void add(String id, ScalarNode at, SequencedMap<String, Position> needed) {
    if (resources.get(id) != null) {
      needed.putIfAbsent(id, at.position());
    }
  }
}

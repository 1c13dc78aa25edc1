package dev.rapid.templates.language;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import org.jspecify.annotations.Nullable;

/** The mappings of a template. */
final class Mappings {

  private final MapNode section;

  Mappings(MapNode section) {
    this.section = section;
  }

  /** Returns a value, null if map or keys do not exist. */
  @Nullable Node find(String map, String first, String second) {
    return section.get(map) instanceof MapNode keys && keys.get(first) instanceof MapNode values
        ? values.get(second)
        : null;
  }

  /** Says what is missing on the way to a value that {@link #find} does not find. */
  String missing(String map, String first, String second) {
    if (!(section.get(map) instanceof MapNode keys)) {
      return "there is no mapping '" + map + "'" + Similar.hint(map, section.entries().keySet());
    }
    return keys.get(first) instanceof MapNode
        ? "mapping '" + map + "' has no '" + second + "' below '" + first + "'"
        : "mapping '" + map + "' has no key '" + first + "'";
  }
}

package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small questions to a tree. */
final class Nodes {

  private static final String FUNCTION = "Fn::";
  private static final String LOOP = "Fn::ForEach";

  private Nodes() {}

  static MapNode emptyMap(Position position) {
    return new MapNode(position, new LinkedHashMap<>());
  }

  /** Returns a null, which stands for a value that is not known. */
  static ScalarNode nullAt(Position position) {
    return new ScalarNode(position, "", true);
  }

  /** Returns a scalar's text, {@code otherwise} if there is no scalar. */
  static String text(@Nullable Node node, String otherwise) {
    return node instanceof ScalarNode scalar ? scalar.asText() : otherwise;
  }

  /**
   * Returns the only entry of a mapping if it is a function, else null. A {@code Condition} is a
   * function only with a name: policies have conditions too.
   */
  static Map.@Nullable Entry<String, MapNode.Entry> function(Node node) {
    if (!(node instanceof MapNode mapping) || mapping.entries().size() != 1) {
      return null;
    }
    Map.Entry<String, MapNode.Entry> only = mapping.entries().firstEntry();
    String key = only.getKey();
    boolean function =
        key.equals("Ref")
            || (key.equals("Condition") && only.getValue().value() instanceof ScalarNode)
            || (key.startsWith(FUNCTION) && !key.startsWith(LOOP));
    return function ? only : null;
  }

  /** Returns the short form of a function's name: {@code !Sub} for {@code Fn::Sub}. */
  static String shortForm(String function) {
    return "!" + (function.startsWith(FUNCTION) ? function.substring(FUNCTION.length()) : function);
  }

  /** Says what kind of value it is. */
  static String kind(Node node) {
    return switch (node) {
      case MapNode mapping -> function(mapping) == null ? "a mapping" : "a function";
      case ListNode list ->
          list.items().size() == 1 ? "a list of 1" : "a list of " + list.items().size();
      case ScalarNode scalar when scalar.isNull() -> "nothing";
      case ScalarNode scalar -> "'" + scalar.text() + "'";
    };
  }
}

package dev.rapid.templates.document;

import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Trees as JSON, for comparison: text in quotes, everything else as written. */
public final class Trees {

  private Trees() {}

  /** Returns the tree in one line. */
  public static String json(Node node) {
    return switch (node) {
      case MapNode mapping ->
          mapping.entries().entrySet().stream()
              .map(entry -> quoted(entry.getKey()) + ":" + json(entry.getValue().value()))
              .collect(Collectors.joining(",", "{", "}"));
      case ListNode list ->
          list.items().stream().map(Trees::json).collect(Collectors.joining(",", "[", "]"));
      case ScalarNode scalar when scalar.isNull() -> "null";
      case ScalarNode scalar when scalar.plain() && !isText(scalar) -> scalar.asText();
      case ScalarNode scalar -> quoted(scalar.text());
    };
  }

  /** Returns the value below some keys, which has to be there. */
  public static Node at(@Nullable Node root, String... keys) {
    Node node = root;
    for (String key : keys) {
      node = node instanceof MapNode mapping ? mapping.get(key) : null;
    }
    return Objects.requireNonNull(node, () -> String.join("/", keys));
  }

  /** Returns the mapping below some keys, which has to be there. */
  public static MapNode mapping(@Nullable Node root, String... keys) {
    return (MapNode) at(root, keys);
  }

  /** Returns the scalar below some keys as text. */
  public static String text(@Nullable Node root, String... keys) {
    return ((ScalarNode) at(root, keys)).asText();
  }

  private static boolean isText(ScalarNode scalar) {
    return scalar.asBoolean().isEmpty() && scalar.asNumber().isEmpty();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}

package dev.rapid.templates.document;

import java.util.stream.Collectors;

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

  private static boolean isText(ScalarNode scalar) {
    return scalar.asBoolean().isEmpty() && scalar.asNumber().isEmpty();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}

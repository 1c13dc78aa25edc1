package dev.rapid.templates.output;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a tree as YAML for people: mappings in block style, short lists of scalars on one line,
 * quotes only where they are necessary, texts of several lines as block scalars.
 *
 * <p>The reader of configuration files replaces variables in values, so each dollar that could
 * begin one is doubled.
 */
public final class YamlWriter {

  private static final int LINE_LENGTH = 100;

  private final StringBuilder text = new StringBuilder();
  private final List<Position> origins = new ArrayList<>();

  private YamlWriter() {}

  /** Returns the document whose root is {@code root}. */
  public static YamlText write(MapNode root) {
    YamlWriter writer = new YamlWriter();
    writer.mapping(root, 0);
    return new YamlText(writer.text.toString(), writer.origins);
  }

  private void mapping(MapNode mapping, int depth) {
    mapping
        .entries()
        .forEach((key, entry) -> {
          indent(depth);
          entry(key, entry, depth);
        });
  }

  /** Writes a key and its value. The place of the key is already indented. */
  private void entry(String key, MapNode.Entry entry, int depth) {
    text.append(YamlScalar.key(key)).append(':');
    value(entry.value(), entry.key(), depth);
  }

  private void value(Node node, Position origin, int depth) {
    switch (node) {
      case MapNode mapping when !mapping.entries().isEmpty() -> {
        end(origin);
        mapping(mapping, depth + 1);
      }
      case ListNode list when !list.items().isEmpty() && !fitsOnOneLine(list, depth) -> {
        end(origin);
        items(list, depth + 1);
      }
      case ScalarNode scalar when YamlScalar.isBlock(scalar) -> block(scalar, origin, depth + 1);
      default -> {
        text.append(' ').append(flow(node));
        end(origin);
      }
    }
  }

  private void items(ListNode list, int depth) {
    for (Node item : list.items()) {
      indent(depth);
      text.append('-');
      if (item instanceof MapNode mapping && !mapping.entries().isEmpty()) {
        text.append(' ');
        boolean first = true;
        for (Map.Entry<String, MapNode.Entry> each : mapping.entries().entrySet()) {
          if (!first) {
            indent(depth + 1);
          }
          first = false;
          entry(each.getKey(), each.getValue(), depth + 1);
        }
      } else {
        value(item, item.position(), depth);
      }
    }
  }

  private void block(ScalarNode scalar, Position origin, int depth) {
    String escaped = YamlScalar.withoutVariables(scalar.text());
    String chomping = escaped.endsWith("\n\n") ? "+" : escaped.endsWith("\n") ? "" : "-";
    text.append(" |").append(chomping);
    end(origin);
    String lines = escaped.endsWith("\n") ? escaped.substring(0, escaped.length() - 1) : escaped;
    for (String line : lines.split("\n", -1)) {
      if (!line.isEmpty()) {
        indent(depth);
        text.append(line);
      }
      end(origin);
    }
  }

  private static boolean fitsOnOneLine(ListNode list, int depth) {
    return list.items().stream().allMatch(item -> item instanceof ScalarNode)
        && flow(list).length() + 2 * depth < LINE_LENGTH;
  }

  private static String flow(Node node) {
    return switch (node) {
      case ScalarNode scalar -> YamlScalar.value(scalar);
      case ListNode list ->
          list.items().stream()
              .map(item -> YamlScalar.flowItem((ScalarNode) item))
              .collect(Collectors.joining(", ", "[", "]"));
      case MapNode empty -> "{}";
    };
  }

  private void indent(int depth) {
    text.append("  ".repeat(depth));
  }

  private void end(Position origin) {
    text.append('\n');
    origins.add(origin);
  }
}

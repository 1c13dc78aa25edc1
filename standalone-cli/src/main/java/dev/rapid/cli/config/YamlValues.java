package dev.rapid.cli.config;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.cli.config.value.Value;
import dev.rapid.cli.config.value.Value.Kind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML as {@link Value}s, for options that take structures. Types are those of the core schema. */
final class YamlValues {

  private static final int MAX_DEPTH = 100;
  private static final int MAX_NODES = 100_000;
  private static final ScalarResolver TYPES = new CoreSchema().getScalarResolver();

  private final Function<ScalarNode, String> text;
  private final Function<Node, String> place;
  private final BiFunction<Node, String, UsageException> fault;
  private int nodes;

  /**
   * Creates a converter for one structure.
   *
   * @param text returns the text of a value; if it is another one than in the node and has no
   *     quotes, its type is that of the new text
   * @param place returns where a node begins
   * @param fault makes an exception from a node and what is wrong with it
   */
  YamlValues(
      Function<ScalarNode, String> text,
      Function<Node, String> place,
      BiFunction<Node, String, UsageException> fault) {
    this.text = text;
    this.place = place;
    this.fault = fault;
  }

  /**
   * Returns the value of a node.
   *
   * @throws UsageException if it is not text, a list or a mapping
   */
  Value of(Node node) {
    return value(node, 0);
  }

  private Value value(Node node, int depth) {
    nodes++;
    if (depth > MAX_DEPTH || nodes > MAX_NODES) {
      // Aliases may make a structure endless or far larger than its text.
      throw fault.apply(node, "too many lists or mappings are inside each other");
    }
    return switch (node) {
      case MappingNode mapping -> new Value.Members(members(mapping, depth), place.apply(node));
      case SequenceNode list ->
          new Value.Items(
              list.getValue().stream().map(item -> value(item, depth + 1)).toList(),
              place.apply(node));
      case ScalarNode scalar -> scalar(scalar);
      default -> throw fault.apply(node, "there is no such value");
    };
  }

  private SequencedMap<String, Value.Member> members(MappingNode mapping, int depth) {
    SequencedMap<String, Value.Member> members = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw fault.apply(tuple.getKeyNode(), "a name is text, not a list or a mapping");
      }
      Value.Member member =
          new Value.Member(place.apply(key), value(tuple.getValueNode(), depth + 1));
      if (members.put(key.getValue(), member) != null) {
        throw fault.apply(key, "'" + key.getValue() + "' is there twice");
      }
    }
    return members;
  }

  private Value scalar(ScalarNode scalar) {
    String value = text.apply(scalar);
    boolean typed = scalar.getScalarStyle() != ScalarStyle.PLAIN || value.equals(scalar.getValue());
    Tag tag = typed ? scalar.getTag() : TYPES.resolve(value, true);
    if (tag.equals(Tag.BOOL)) {
      return new Value.Text(value.toLowerCase(Locale.ROOT), Kind.TRUTH, place.apply(scalar));
    }
    return new Value.Text(value, kind(scalar, tag), place.apply(scalar));
  }

  private Kind kind(ScalarNode scalar, Tag tag) {
    if (tag.equals(Tag.STR) || tag.equals(Tag.ENV_TAG)) {
      return Kind.TEXT;
    }
    if (tag.equals(Tag.NULL)) {
      return Kind.NOTHING;
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return Kind.NUMBER;
    }
    throw fault.apply(scalar, "the tag " + tag.getValue() + " has no meaning here");
  }
}

package dev.rapid.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
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

/** YAML as JSON, for options whose value is JSON. Scalars have the types of YAML's core schema. */
final class YamlJson {

  private static final int MAX_DEPTH = 100;
  private static final int MAX_NODES = 100_000;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ScalarResolver TYPES = new CoreSchema().getScalarResolver();

  private final Function<ScalarNode, String> text;
  private final BiFunction<Node, String, UsageException> fault;
  private int nodes;

  private YamlJson(
      Function<ScalarNode, String> text, BiFunction<Node, String, UsageException> fault) {
    this.text = text;
    this.fault = fault;
  }

  /**
   * Returns the JSON text of a node.
   *
   * @param text returns the text of a value; if it is another one than in the node and has no
   *     quotes, its type is that of the new text
   * @param fault makes an exception from a node and what is wrong with it
   * @throws UsageException if JSON has no such value
   */
  static String of(
      Node node,
      Function<ScalarNode, String> text,
      BiFunction<Node, String, UsageException> fault) {
    return new YamlJson(text, fault).json(node, 0).toString();
  }

  private JsonNode json(Node node, int depth) {
    nodes++;
    if (depth > MAX_DEPTH || nodes > MAX_NODES) {
      // Aliases may make a structure endless or far larger than its text.
      throw fault.apply(node, "too many lists or mappings are inside each other");
    }
    return switch (node) {
      case MappingNode mapping -> object(mapping, depth);
      case SequenceNode list -> {
        ArrayNode array = JSON.arrayNode();
        list.getValue().forEach(item -> array.add(json(item, depth + 1)));
        yield array;
      }
      case ScalarNode scalar -> scalar(scalar);
      default -> throw fault.apply(node, "JSON has no such value");
    };
  }

  private JsonNode object(MappingNode mapping, int depth) {
    ObjectNode object = JSON.objectNode();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw fault.apply(tuple.getKeyNode(), "a name is text, not a list or a mapping");
      }
      if (object.has(key.getValue())) {
        throw fault.apply(key, "'" + key.getValue() + "' is there twice");
      }
      object.set(key.getValue(), json(tuple.getValueNode(), depth + 1));
    }
    return object;
  }

  private JsonNode scalar(ScalarNode scalar) {
    String value = text.apply(scalar);
    boolean typed = scalar.getScalarStyle() != ScalarStyle.PLAIN || value.equals(scalar.getValue());
    Tag tag = typed ? scalar.getTag() : TYPES.resolve(value, true);
    if (tag.equals(Tag.STR) || tag.equals(Tag.ENV_TAG)) {
      return JSON.textNode(value);
    }
    if (tag.equals(Tag.NULL)) {
      return JSON.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return JSON.booleanNode(value.toLowerCase(Locale.ROOT).equals("true"));
    }
    try {
      if (tag.equals(Tag.INT)) {
        return JSON.numberNode(integer(value));
      }
      if (tag.equals(Tag.FLOAT)) {
        return JSON.numberNode(new BigDecimal(value));
      }
    } catch (NumberFormatException e) {
      throw fault.apply(scalar, "JSON has no such number");
    }
    throw fault.apply(scalar, "the tag " + tag.getValue() + " has no meaning here");
  }

  private static BigInteger integer(String text) {
    if (text.startsWith("0x")) {
      return new BigInteger(text.substring(2), 16);
    }
    if (text.startsWith("0o")) {
      return new BigInteger(text.substring(2), 8);
    }
    return new BigInteger(text);
  }
}

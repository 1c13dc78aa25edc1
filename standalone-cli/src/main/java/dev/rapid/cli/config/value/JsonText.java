package dev.rapid.cli.config.value;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Values as JSON. */
public final class JsonText {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private JsonText() {}

  /**
   * Returns a value as JSON text.
   *
   * @throws UsageException if JSON has no such number
   */
  public static String of(Value value) {
    return node(value).toString();
  }

  private static JsonNode node(Value value) {
    return switch (value) {
      case Value.Members mapping -> {
        ObjectNode object = JSON.objectNode();
        mapping.members().forEach((name, member) -> object.set(name, node(member.value())));
        yield object;
      }
      case Value.Items items -> {
        ArrayNode array = JSON.arrayNode();
        items.values().forEach(item -> array.add(node(item)));
        yield array;
      }
      case Value.Text text ->
          switch (text.kind()) {
            case TEXT -> JSON.textNode(text.text());
            case NOTHING -> JSON.nullNode();
            case TRUTH -> JSON.booleanNode(text.text().equals("true"));
            case NUMBER -> number(text);
          };
    };
  }

  private static JsonNode number(Value.Text number) {
    String text = number.text();
    try {
      if (text.startsWith("0x")) {
        return JSON.numberNode(new BigInteger(text.substring(2), 16));
      }
      if (text.startsWith("0o")) {
        return JSON.numberNode(new BigInteger(text.substring(2), 8));
      }
      boolean whole = text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-' || c == '+');
      return whole ? JSON.numberNode(new BigInteger(text)) : JSON.numberNode(new BigDecimal(text));
    } catch (NumberFormatException e) {
      throw Fields.fault(number.place(), "JSON has no such number");
    }
  }
}

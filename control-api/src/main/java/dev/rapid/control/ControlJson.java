package dev.rapid.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.lambda.Utf8Buffer;
import java.math.BigDecimal;

/**
 * The control API's JSON: no white space, keys in the order of insertion, and {@code <}, {@code >},
 * {@code &} and the two line separators of Unicode as escapes (contract lifecycle-and-control,
 * section 7.3).
 */
final class ControlJson {

  private static final int CAPACITY = 256;
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ControlJson() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(JsonNode json) {
    Utf8Buffer text = new Utf8Buffer(CAPACITY);
    put(json, text);
    return text.toBytes();
  }

  private static void put(JsonNode json, Utf8Buffer text) {
    if (json.isObject()) {
      String separator = "{";
      for (var member : json.properties()) {
        text.put(separator).putJson(member.getKey()).put(':');
        put(member.getValue(), text);
        separator = ",";
      }
      text.put(json.isEmpty() ? "{}" : "}");
    } else if (json.isArray()) {
      String separator = "[";
      for (JsonNode item : json) {
        text.put(separator);
        put(item, text);
        separator = ",";
      }
      text.put(json.isEmpty() ? "[]" : "]");
    } else if (json.isTextual()) {
      text.putJson(json.textValue());
    } else {
      text.put(json.asText());
    }
  }

  /**
   * Parses the only value of {@code text}.
   *
   * @throws JsonProcessingException if it is not JSON or has text after the value
   */
  static JsonNode parse(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }

  /**
   * Parses the first value of {@code text} and ignores what follows.
   *
   * @throws JsonProcessingException if it is not JSON
   */
  static JsonNode parseFirst(String text) throws JsonProcessingException {
    return MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(text);
  }

  /**
   * Returns a duration in milliseconds, cut to whole microseconds (contract lifecycle-and-control,
   * section 7.4): a number with at most three decimals.
   */
  static JsonNode millis(long nanos) {
    long micros = nanos / 1000;
    return micros % 1000 == 0
        ? LongNode.valueOf(micros / 1000)
        : DecimalNode.valueOf(BigDecimal.valueOf(micros, 3).stripTrailingZeros());
  }
}

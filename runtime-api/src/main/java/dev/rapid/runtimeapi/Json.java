package dev.rapid.runtimeapi;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** JSON as this API reads and writes it (contract runtime-extensions-telemetry, section 0.2). */
final class Json {

  private static final String HEX = "0123456789abcdef";

  private Json() {}

  /**
   * Parses one value with nothing behind it.
   *
   * @return the value; missing if there is none
   * @throws IOException if it is not JSON
   */
  static JsonNode parse(byte[] utf8) throws IOException {
    return Mapper.INSTANCE.readTree(utf8);
  }

  /**
   * Parses one value with nothing behind it.
   *
   * @return the value; missing if there is none
   * @throws IOException if it is not JSON
   */
  static JsonNode parse(String text) throws IOException {
    return Mapper.INSTANCE.readTree(text);
  }

  /** Returns a member, missing if there is none: by its exact name, or else in any case. */
  static JsonNode member(JsonNode object, String name) {
    JsonNode member = object.path(name);
    if (member.isMissingNode()) {
      for (var property : object.properties()) {
        if (property.getKey().equalsIgnoreCase(name)) {
          member = property.getValue();
        }
      }
    }
    return member;
  }

  static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /**
   * Returns a member that is a string, empty if it is absent.
   *
   * @throws IOException if it is something else
   */
  static String text(JsonNode node) throws IOException {
    if (isAbsent(node)) {
      return "";
    }
    if (!node.isTextual()) {
      throw new IOException("not a string");
    }
    return node.textValue();
  }

  /** Appends {@code text} with quotes, safe inside of HTML; half a surrogate pair is replaced. */
  static void quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isHighSurrogate(c)
            && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1))) {
          json.append(c).append(text.charAt(++i));
        } else {
          json.append('\ufffd');
        }
      } else {
        quote(c, json);
      }
    }
    json.append('"');
  }

  private static void quote(char c, StringBuilder json) {
    switch (c) {
      case '"', '\\' -> json.append('\\').append(c);
      case '\n' -> json.append("\\n");
      case '\r' -> json.append("\\r");
      case '\t' -> json.append("\\t");
      case '<', '>', '&', '\u2028', '\u2029' -> escape(c, json);
      default -> {
        if (c < ' ') {
          escape(c, json);
        } else {
          json.append(c);
        }
      }
    }
  }

  private static void escape(char c, StringBuilder json) {
    json.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      json.append(HEX.charAt((c >> shift) & 15));
    }
  }

  /** Made when the first error is reported: most processes never need it. */
  private static final class Mapper {
    static final ObjectMapper INSTANCE =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  }
}

package dev.rapid.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads what the function's processes post as JSON (contract runtime-extensions-telemetry, section
 * 0.2).
 */
public final class JsonReader {

  private static final String PLACE = "[Source: ";

  private JsonReader() {}

  /**
   * Parses one value with nothing behind it.
   *
   * @return the value; missing if there is none
   * @throws IOException if it is not JSON; the message says why, without the text itself
   */
  public static JsonNode parse(byte[] utf8) throws IOException {
    try {
      // Decoded here, because Jackson would also take other encodings.
      return Mapper.INSTANCE.readTree(new String(utf8, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IOException(messageOf(e), e);
    }
  }

  /**
   * Returns what is wrong, without the position where the enclosing array or object begins: Jackson
   * reports it in terms of its own settings.
   */
  public static String messageOf(JsonProcessingException fault) {
    String message = fault.getOriginalMessage();
    int place = message.indexOf(PLACE);
    int bracket = message.lastIndexOf(" (", place);
    return place < 0 || bracket < 0 ? message : message.substring(0, bracket);
  }

  /**
   * Returns the member with the exact name, or else the last one whose name differs only in case;
   * missing if there is none.
   */
  public static JsonNode member(JsonNode object, String name) {
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

  /** Returns whether a member is missing or null. */
  public static boolean isAbsent(JsonNode member) {
    return member.isMissingNode() || member.isNull();
  }

  /** Made when the first body is read: most processes never need it. */
  private static final class Mapper {
    static final ObjectMapper INSTANCE =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  }
}

package dev.rapid.runtimeapi;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;

/** JSON as this API reads it (contract runtime-extensions-telemetry, section 0.2). */
final class Json {

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

  /**
   * Returns a member that is a string, empty if it is absent.
   *
   * @throws IOException if it is something else
   */
  static String text(JsonNode node) throws IOException {
    if (JsonReader.isAbsent(node)) {
      return "";
    }
    if (!node.isTextual()) {
      throw new IOException("not a string");
    }
    return node.textValue();
  }

  /** Made when the first error is reported: most processes never need it. */
  private static final class Mapper {
    static final ObjectMapper INSTANCE =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  }
}

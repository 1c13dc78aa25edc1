package dev.rapid.control;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * JSON as clients of the control API know it: no white space, keys in the order in which they were
 * put, and {@code <}, {@code >}, {@code &} and the two line separators of Unicode as escapes
 * (contract lifecycle-and-control, section 7.3).
 */
final class ControlJson {

  private static final ObjectMapper MAPPER =
      new ObjectMapper(new JsonFactoryBuilder().characterEscapes(new HtmlSafe()).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ControlJson() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // A tree of texts and numbers can be written.
    }
  }

  /**
   * Parses the only value of {@code text}.
   *
   * @throws JsonProcessingException if it is not JSON or has something behind the value
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

  private static final class HtmlSafe extends CharacterEscapes {

    private final int[] ascii = standardAsciiEscapesForJSON();
    private final @Nullable SerializableString[] texts = new SerializableString[128];

    HtmlSafe() {
      for (int c = 0; c < ' '; c++) {
        if (c != '\n' && c != '\r' && c != '\t') {
          escape(c);
        }
      }
      escape('<');
      escape('>');
      escape('&');
    }

    private void escape(int c) {
      ascii[c] = ESCAPE_CUSTOM;
      texts[c] = escapeOf(c);
    }

    private static SerializableString escapeOf(int c) {
      return new SerializedString(String.format(Locale.ROOT, "\\u%04x", c));
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ascii.clone();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
      if (c < texts.length) {
        return texts[c];
      }
      return c == 0x2028 || c == 0x2029 ? escapeOf(c) : null;
    }
  }
}

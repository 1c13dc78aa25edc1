package dev.rapid.invokeapi.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rapid.core.invocation.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes are one JSON text, whole and in pieces of every size. */
final class JsonBodyTest {

  private static final long SEED = 20261120;
  private static final ObjectMapper STRICT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final Pattern SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F]");

  /** A payload in pieces, as large bodies are; its memory is not the heap's. */
  private record Pieces(List<byte[]> pieces) implements Payload {

    @Override
    public long size() {
      return pieces.stream().mapToLong(piece -> piece.length).sum();
    }

    @Override
    public List<ByteBuffer> buffers() {
      return pieces.stream()
          .map(piece -> ByteBuffer.allocateDirect(piece.length).put(piece).flip())
          .toList();
    }

    @Override
    public void acquire() {}

    @Override
    public void release() {}
  }

  private static Payload cutAt(byte[] text, int... cuts) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      pieces.add(Arrays.copyOfRange(text, from, cut));
      from = cut;
    }
    pieces.add(Arrays.copyOfRange(text, from, text.length));
    return new Pieces(pieces);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "99|Unexpected character ((CTRL-CHAR, code 153)): expected a valid value|1",
        "20 0a 99|Unexpected character ((CTRL-CHAR, code 153)): expected a valid value|2:1",
        "bf|Unexpected character ('\u00bf' (code 191 / 0xbf)): expected a valid value|1",
        "22 6e 87 72 22|Invalid UTF-8 start byte 0x87|3",
        "7b 99|Invalid UTF-8 start byte 0x99|2"
      })
  void a_byte_that_begins_no_character_is_told_in_the_words_of_the_service(
      String hex, String words, String place) {
    String fault = JsonBody.faultOf(Payload.of(HexFormat.ofDelimiter(" ").parseHex(hex)));

    String line = place.contains(":") ? place.substring(0, place.indexOf(':')) : "1";
    String column = place.substring(place.indexOf(':') + 1);
    assertThat(fault)
        .startsWith(words)
        .endsWith(
            "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled);"
                + " line: "
                + line
                + ", column: "
                + column
                + "]");
  }

  /** Whether the bytes are JSON, which must not depend on how they are cut. */
  private static boolean isJson(byte[] text) {
    boolean whole = JsonBody.faultOf(Payload.of(text)) == null;
    int[] everywhere = new int[text.length];
    Arrays.setAll(everywhere, i -> i);
    assertThat(JsonBody.faultOf(cutAt(text, everywhere)) == null)
        .as("in single bytes: " + HexFormat.of().formatHex(text))
        .isEqualTo(whole);
    Random random = new Random(SEED);
    for (int i = 0; i < 3; i++) {
      int cut = random.nextInt(text.length + 1);
      assertThat(JsonBody.faultOf(cutAt(text, cut)) == null)
          .as("cut at " + cut + ": " + HexFormat.of().formatHex(text))
          .isEqualTo(whole);
    }
    return whole;
  }

  private static boolean isJson(String text) {
    return isJson(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        " true ",
        "0",
        "-0",
        "-1",
        "12",
        "0.5",
        "-0.0",
        "1e5",
        "1E+5",
        "1e-05",
        "0e0",
        "1.5E400",
        "123456789012345678901234567890123456789012345678901234567890",
        "\"\"",
        "\"a\"",
        "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t\"",
        "\"\\u0000\\uD83D\\uDE00\\ud800\"",
        "\"\u007f\u0080\u07ff\u0800\uffff\ud83d\ude00\"",
        "\"\u2028\"",
        "[]",
        "[ ]",
        "[1]",
        "[1,2 , 3]",
        "[[[]],{}]",
        "[\"\",null,true,0.1]",
        "{}",
        "{ }",
        "{\"a\":1}",
        "{\"a\":1,\"a\":2}",
        "{\"\":{\"b\":[]}}",
        " \t\r\n { \"a\" : [ 1 , { } ] } \n",
        "{\"\\u0061\":\"\u00fc\"}"
      })
  void is_json(String text) {
    assertThat(isJson(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "\n",
        "nul",
        "nulll",
        "True",
        "truefalse",
        "undefined",
        "NaN",
        "Infinity",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1.e5",
        "1e",
        "1e+",
        "0x10",
        "1_000",
        "1 2",
        "1,",
        "12a",
        "\"",
        "\"a",
        "\"a\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"a\nb\"",
        "\"a\tb\"",
        "\"a\u0000b\"",
        "'a'",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "[1]]",
        "[]x",
        "{",
        "}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\" 1}",
        "{\"a\"::1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{\"a\":1]",
        "{}{}",
        "{} x",
        "// comment\n1",
        "/* comment */ 1",
        "# comment\n1",
        "\ufeff{}",
        "\u00a01",
        "\u000b1",
        "a=b"
      })
  void is_not_json(String text) {
    assertThat(isJson(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2280 22",
        "22bf22",
        "22c322",
        "22c3",
        "22e28222",
        "22f09f9822",
        "22fe22",
        "22ff22",
        "c3bc",
        "22f8808080 8022",
        "7b007d00",
        "007b007d",
        "fffe7b007d00"
      })
  void is_not_utf_8(String hex) {
    assertThat(isJson(HexFormat.of().parseHex(hex.replace(" ", "")))).isFalse();
  }

  /**
   * Bytes that RFC 3629 forbids and the parser lets pass, as the service's own parser does:
   * overlong forms, encoded surrogates and code points above U+10FFFF, inside strings.
   */
  @ParameterizedTest
  @ValueSource(strings = {"22c08022", "22e0808022", "22eda08022", "22f4908080 22"})
  void is_not_utf_8_but_passes(String hex) {
    assertThat(isJson(HexFormat.of().parseHex(hex.replace(" ", "")))).isTrue();
  }

  /**
   * RFC 8259 allows it; the parser, and so the service, decodes keys and finds half a character.
   */
  @Test
  void half_a_surrogate_pair_in_a_key_is_refused() {
    assertThat(isJson("{\"\\ud800\":1}")).isFalse();
  }

  @Test
  void a_text_of_100000_brackets_is_json() {
    String text = "[".repeat(100_000) + "]".repeat(100_000);

    assertThat(JsonBody.faultOf(Payload.of(text))).isNull();
  }

  @Test
  void a_string_of_6_mib_and_a_number_of_100000_digits_are_json() {
    String text = "[\"" + "a".repeat(6_000_000) + "\"," + "9".repeat(100_000) + "]";

    assertThat(JsonBody.faultOf(Payload.of(text))).isNull();
  }

  @Test
  void a_fault_is_described_in_one_or_more_words() {
    assertThat(JsonBody.faultOf(Payload.of("hello"))).contains("hello");
    assertThat(JsonBody.faultOf(Payload.of(" "))).startsWith("No content to map");
    assertThat(JsonBody.faultOf(Payload.of("{} x"))).startsWith("Unrecognized token 'x'");
    assertThat(JsonBody.faultOf(Payload.of("{} []"))).startsWith("Unexpected text after");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "{} []", "{", "hello"})
  void a_fault_names_its_place_as_the_service_does(String text) {
    assertThat(JsonBody.faultOf(Payload.of(text)))
        .containsPattern(
            "\n at \\[Source: REDACTED \\(`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION`"
                + " disabled\\); line: 1, column: \\d+\\]$");
  }

  @Test
  void a_fault_does_not_quote_the_source() {
    assertThat(JsonBody.faultOf(Payload.of("{\"secret\": hello}"))).doesNotContain("secret");
  }

  // ------------------------------------------------------------------ generated texts

  @Test
  void generated_and_mutated_texts_are_json_if_a_full_parser_and_decoder_say_so() {
    Random random = new Random(SEED);
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder();
      appendValue(text, random, 0);
      byte[] valid = text.toString().getBytes(UTF_8);
      assertThat(isJson(valid)).as("seed %d, text %d: %s", SEED, i, text).isTrue();

      byte[] mutated = mutated(valid, random);

      String name = "seed " + SEED + ", text " + i + ": " + HexFormat.of().formatHex(mutated);
      boolean json = isJson(mutated);
      if (isUtf8(mutated) && !SURROGATE.matcher(new String(mutated, UTF_8)).find()) {
        assertThat(json).as(name).isEqualTo(isJsonForAFullParser(mutated));
      }
    }
  }

  private static boolean isJsonForAFullParser(byte[] text) {
    try {
      // As characters, because the parser of bytes is the one under test.
      return !STRICT.readTree(new String(text, UTF_8)).isMissingNode();
    } catch (JacksonException e) {
      return false;
    }
  }

  private static boolean isUtf8(byte[] text) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).limit() >= 0;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static byte[] mutated(byte[] text, Random random) {
    byte[] result = text.clone();
    switch (random.nextInt(4)) {
      case 0 -> result = Arrays.copyOf(result, random.nextInt(result.length + 1));
      case 1 -> result[random.nextInt(result.length)] = (byte) random.nextInt(256);
      case 2 ->
          result[random.nextInt(result.length)] =
              (byte) "{}[]\",:\\ 0e.-tn".charAt(random.nextInt(15));
      default -> {
        int at = random.nextInt(result.length);
        int other = random.nextInt(result.length);
        byte kept = result[at];
        result[at] = result[other];
        result[other] = kept;
      }
    }
    return result;
  }

  private static void appendValue(StringBuilder text, Random random, int depth) {
    appendSpace(text, random);
    switch (random.nextInt(depth > 3 ? 4 : 6)) {
      case 0 -> text.append(List.of("null", "true", "false").get(random.nextInt(3)));
      case 1 -> text.append(random.nextLong());
      case 2 -> text.append(random.nextDouble() * Math.pow(10, random.nextInt(40) - 20));
      case 3 -> appendString(text, random);
      case 4 -> {
        text.append('[');
        for (int i = random.nextInt(4); i > 0; i--) {
          appendValue(text, random, depth + 1);
          text.append(i > 1 ? "," : "");
        }
        text.append(']');
      }
      default -> {
        text.append('{');
        for (int i = random.nextInt(4); i > 0; i--) {
          appendString(text, random);
          appendSpace(text, random);
          text.append(':');
          appendValue(text, random, depth + 1);
          text.append(i > 1 ? "," : "");
        }
        text.append('}');
      }
    }
    appendSpace(text, random);
  }

  private static void appendString(StringBuilder text, Random random) {
    text.append('"');
    for (int i = random.nextInt(12); i > 0; i--) {
      switch (random.nextInt(6)) {
        case 0 -> text.append("\\").append("\"\\/bfnrt".charAt(random.nextInt(8)));
        case 1 -> text.append(String.format("\\u%04x", random.nextInt(0xd800)));
        case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x1000));
        case 3 -> text.append((char) (0x80 + random.nextInt(0x2000)));
        default -> text.append((char) ('a' + random.nextInt(26)));
      }
    }
    text.append('"');
  }

  private static void appendSpace(StringBuilder text, Random random) {
    if (random.nextInt(4) == 0) {
      text.append(" \t\r\n".charAt(random.nextInt(4)));
    }
  }
}

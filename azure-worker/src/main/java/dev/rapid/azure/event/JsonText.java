package dev.rapid.azure.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.rapid.lambda.JsonReader;
import dev.rapid.lambda.JsonStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One JSON value as it stands in a payload. It is a view of the payload's bytes: nothing is copied
 * unless it has to be decoded, and numbers keep their digits.
 */
public final class JsonText {

  /** What a value is. */
  public enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    BOOLEAN,
    NULL
  }

  /** The value null. */
  public static final JsonText NULL = new JsonText(new byte[] {'n', 'u', 'l', 'l'}, 0, 4);

  private final byte[] utf8;
  private final int from;
  private final int to;

  /** The bytes between the two indexes are one valid value without white space around it. */
  private JsonText(byte[] utf8, int from, int to) {
    this.utf8 = utf8;
    this.from = from;
    this.to = to;
  }

  /**
   * Reads one value with nothing but white space around it.
   *
   * @param utf8 must not be changed afterwards; without bytes it counts as null
   * @throws InvalidPayloadException if it is not JSON
   */
  public static JsonText parse(byte[] utf8) throws InvalidPayloadException {
    if (utf8.length == 0) {
      return NULL;
    }
    try (JsonParser parser = JsonStreams.parserOf(utf8, 0, utf8.length)) {
      if (parser.nextToken() == null) {
        throw new InvalidPayloadException("The payload has no JSON value");
      }
      JsonText value = at(parser, utf8, 0);
      if (parser.nextToken() != null) {
        throw new InvalidPayloadException("The payload has more than one JSON value");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new InvalidPayloadException("The payload is not JSON: " + JsonReader.messageOf(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // It is memory that is read.
    }
  }

  /** Returns a value for text that is known to be JSON without white space around it. */
  public static JsonText ofJson(String json) {
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    return new JsonText(utf8, 0, utf8.length);
  }

  /** Returns the value at the position of a parser, and moves it to the value's end. */
  private static JsonText at(JsonParser parser, byte[] utf8, int base) throws IOException {
    int from = base + (int) parser.currentTokenLocation().getByteOffset();
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      // The parser would decode the string to find its end.
      return new JsonText(utf8, from, endOfString(utf8, from));
    }
    parser.skipChildren();
    return new JsonText(utf8, from, base + (int) parser.currentLocation().getByteOffset());
  }

  /** Returns the index behind the string that begins at an index. */
  private static int endOfString(byte[] utf8, int from) {
    int at = from + 1;
    while (at < utf8.length && utf8[at] != '"') {
      at += utf8[at] == '\\' ? 2 : 1;
    }
    return Math.min(at + 1, utf8.length);
  }

  /** Returns what the value is. */
  public Kind kind() {
    return switch (utf8[from]) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.STRING;
      case 't', 'f' -> Kind.BOOLEAN;
      case 'n' -> Kind.NULL;
      default -> Kind.NUMBER;
    };
  }

  /** Returns whether the value is of a kind. */
  public boolean is(Kind kind) {
    return kind() == kind;
  }

  /** Returns whether the value is the word {@code true}. */
  public boolean isTrue() {
    return utf8[from] == 't';
  }

  /**
   * Returns the members of an object in their order, and none of any other value. Of members with
   * the same name the last one counts.
   */
  public Map<String, JsonText> members() {
    Map<String, JsonText> members = new LinkedHashMap<>();
    if (is(Kind.OBJECT)) {
      read(parser -> {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          members.put(name, at(parser, utf8, from));
        }
      });
    }
    return members;
  }

  /** Returns the elements of an array, and none of any other value. */
  public List<JsonText> elements() {
    List<JsonText> elements = new ArrayList<>();
    if (is(Kind.ARRAY)) {
      read(parser -> {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(at(parser, utf8, from));
        }
      });
    }
    return elements;
  }

  /** Returns the content of a string, and any other value as it is written. */
  public String text() {
    return decode(content());
  }

  /** Returns the content of a string in UTF-8, and of any other value its compact form. */
  public ByteBuffer content() {
    if (!is(Kind.STRING)) {
      return compact();
    }
    for (int i = from; i < to; i++) {
      if (utf8[i] == '\\') {
        return Unescaped.of(utf8, from + 1, to - 1);
      }
    }
    return ByteBuffer.wrap(utf8, from + 1, to - from - 2);
  }

  /** Returns the value in UTF-8 as it is written. */
  public ByteBuffer source() {
    return ByteBuffer.wrap(utf8, from, to - from);
  }

  /** Returns the value in UTF-8 without white space between its tokens. */
  public ByteBuffer compact() {
    int space = nextSpace(from);
    if (space == to) {
      return ByteBuffer.wrap(utf8, from, to - from);
    }
    ByteBuffer compact = ByteBuffer.allocate(to - from);
    int plain = from;
    while (space < to) {
      compact.put(utf8, plain, space - plain);
      plain = space + 1;
      space = nextSpace(plain);
    }
    return compact.put(utf8, plain, to - plain).flip();
  }

  /** Returns the index of the next white space that is outside of strings, the end if none is. */
  private int nextSpace(int start) {
    int at = start;
    while (at < to) {
      switch (utf8[at]) {
        case ' ', '\t', '\r', '\n' -> {
          return at;
        }
        case '"' -> at = endOfString(utf8, at);
        default -> at++;
      }
    }
    return to;
  }

  /** Returns the value as JSON without white space between its tokens. */
  @Override
  public String toString() {
    return decode(compact());
  }

  private static String decode(ByteBuffer bytes) {
    return new String(
        bytes.array(),
        bytes.arrayOffset() + bytes.position(),
        bytes.remaining(),
        StandardCharsets.UTF_8);
  }

  /** Passes a parser that stands at the first token of this value. */
  private void read(Reader reader) {
    try (JsonParser parser = JsonStreams.parserOf(utf8, from, to - from)) {
      parser.nextToken();
      reader.read(parser);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // It was parsed before.
    }
  }

  @FunctionalInterface
  private interface Reader {
    void read(JsonParser parser) throws IOException;
  }
}

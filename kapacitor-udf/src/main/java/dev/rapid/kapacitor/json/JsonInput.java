package dev.rapid.kapacitor.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.json.Times.InvalidTimeException;
import dev.rapid.lambda.JsonReader;
import dev.rapid.lambda.JsonStreams;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** A JSON text whose values become values of messages. Not thread-safe. */
final class JsonInput implements Closeable {

  /** How deep values may be nested that are not looked at. */
  private static final int MAX_DEPTH = 100;

  /** Numbers with at most so many characters are in the range of 64 bits. */
  private static final int SURELY_LONG = 18;

  private static final int MAX_INTEGER_LENGTH = 20;

  /** How many names are kept that were checked; a power of two. */
  private static final int CHECKED_NAMES = 64;

  private final JsonParser parser;

  /** Names repeat in each point, as the same object. */
  private final @Nullable String[] checkedNames = new @Nullable String[CHECKED_NAMES];

  private JsonInput(JsonParser parser) {
    this.parser = parser;
  }

  /** Reads a text from its first token on, at which it stands. */
  @FunctionalInterface
  interface Reader<T> {
    T read(JsonInput in) throws IOException;
  }

  /**
   * Reads a payload that is one JSON text.
   *
   * @param subject what the text is, the beginning of a sentence
   * @throws InvalidDataException if it is not JSON, or as the reader does; then the message is
   *     complete
   */
  static <T> T read(Payload payload, String subject, Reader<T> reader) throws InvalidDataException {
    try (JsonInput in = new JsonInput(JsonStreams.parserOf(payload))) {
      if (in.next() == null) {
        throw in.invalid("is empty");
      }
      T value = reader.read(in);
      if (in.next() != null) {
        throw in.invalid("has something behind its end");
      }
      return value;
    } catch (InvalidDataException e) {
      throw new InvalidDataException("", e.describe(subject));
    } catch (JsonProcessingException e) {
      throw new InvalidDataException("", subject + " is not JSON: " + placeAndFault(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // It is memory that is read.
    }
  }

  private static String placeAndFault(JsonProcessingException e) {
    String fault = InvalidDataException.printable(JsonReader.messageOf(e));
    return e.getLocation() == null
        ? fault
        : "line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ": "
            + fault;
  }

  /** Returns what is wrong with the value or the member at which the input stands. */
  InvalidDataException invalid(String message) {
    return new InvalidDataException(parser.getParsingContext().pathAsPointer().toString(), message);
  }

  /** Moves to the next token, and returns it; null at the end. */
  @Nullable JsonToken next() throws IOException {
    return parser.nextToken();
  }

  /** Returns whether it stands at a token. */
  boolean isAt(JsonToken token) {
    return parser.currentToken() == token;
  }

  /** Checks that an object begins here. */
  void expectObject() throws IOException {
    expect(JsonToken.START_OBJECT, "an object");
  }

  /** Checks that an array begins here. */
  void expectArray() throws IOException {
    expect(JsonToken.START_ARRAY, "an array");
  }

  private void expect(JsonToken wanted, String name) throws IOException {
    if (parser.currentToken() != wanted) {
      throw invalid("is not " + name);
    }
  }

  /** Moves to the value of the next member of an object, and returns the name; null at its end. */
  @Nullable String nextMember() throws IOException {
    String name = parser.nextFieldName();
    if (name != null) {
      checkName(name);
      parser.nextToken();
    }
    return name;
  }

  private void checkName(String name) throws IOException {
    int slot = name.hashCode() & (CHECKED_NAMES - 1);
    if (!name.equals(checkedNames[slot])) {
      if (!isWellFormed(name.toCharArray(), 0, name.length())) {
        throw invalid("has a name with half of a surrogate pair, which UTF-8 does not have");
      }
      checkedNames[slot] = name;
    }
  }

  /** Moves to the next element of an array, and returns whether there is one. */
  boolean nextElement() throws IOException {
    return parser.nextToken() != JsonToken.END_ARRAY;
  }

  /** Returns what is wrong with a member that nothing is known of. */
  InvalidDataException unknown(String known) {
    return invalid("is unknown here; known are " + known);
  }

  /**
   * Marks a member as seen.
   *
   * @param seen bits of the members that were seen
   * @param member its bit
   * @return all of them
   */
  int once(int seen, int member) throws IOException {
    if ((seen & member) != 0) {
      throw twice();
    }
    return seen | member;
  }

  /** Returns what is wrong with a member that the object has already. */
  InvalidDataException twice() {
    return invalid("appears twice");
  }

  /** Returns the string at which it stands. */
  String string() throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw invalid("is not a string");
    }
    char[] text = parser.getTextCharacters();
    int from = parser.getTextOffset();
    int length = parser.getTextLength();
    if (!isWellFormed(text, from, length)) {
      throw invalid("has half of a surrogate pair, which UTF-8 does not have");
    }
    return new String(text, from, length);
  }

  /** Returns the boolean at which it stands. */
  boolean bool() throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw invalid("is not true or false");
    };
  }

  /** Returns the integer at which it stands: a number without a fraction, or decimal text. */
  long integer() throws IOException {
    switch (parser.currentToken()) {
      case VALUE_NUMBER_INT -> {
        if (parser.getTextLength() <= SURELY_LONG) {
          return parser.getLongValue();
        }
        return longNumber();
      }
      case VALUE_NUMBER_FLOAT ->
          throw invalid("is not an integer: it has a fraction or an exponent");
      case VALUE_STRING -> {
        char[] text = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int length = parser.getTextLength();
        if (!Integers.isDecimal(text, from, length)) {
          throw invalid("is not an integer: use a number or a string of digits");
        }
        try {
          return Integers.parse(text, from, length);
        } catch (NumberFormatException e) {
          throw outOfLong();
        }
      }
      default -> throw invalid("is not an integer: use a number or a string of digits");
    }
  }

  private long longNumber() throws IOException {
    if (parser.getTextLength() > MAX_INTEGER_LENGTH) {
      throw outOfLong();
    }
    try {
      return parser.getLongValue();
    } catch (InputCoercionException e) {
      throw outOfLong();
    }
  }

  private InvalidDataException outOfLong() {
    return invalid("does not fit into 64 bits");
  }

  /** Returns an integer from 0 to 2^31 - 1. */
  int count() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getTextLength() <= SURELY_LONG) {
      long value = parser.getLongValue();
      if (value >= 0 && value <= Integer.MAX_VALUE) {
        return (int) value;
      }
    }
    throw invalid("is not an integer from 0 to " + Integer.MAX_VALUE);
  }

  /** Returns the number at which it stands. */
  double number() throws IOException {
    // The parser would read a long integer exactly first.
    double value =
        isAt(JsonToken.VALUE_NUMBER_INT) && parser.getTextLength() > SURELY_LONG
            ? Double.parseDouble(parser.getText())
            : parser.getDoubleValue();
    if (Double.isInfinite(value)) {
      throw invalid("is beyond the range of doubles");
    }
    return value;
  }

  /** Returns the moment at which it stands, in nanoseconds since the epoch. */
  long time() throws IOException {
    try {
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        return Times.parse(
            parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
      }
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
        if (parser.getTextLength() <= SURELY_LONG) {
          return parser.getLongValue();
        }
        return longNumber();
      }
    } catch (InvalidTimeException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
    throw invalid(
        "is not a time: use RFC 3339 in a string, or nanoseconds since 1970 as an integer");
  }

  /** Moves to the end of the value at which it stands. */
  void skip() throws IOException {
    int depth = 0;
    do {
      JsonToken token = parser.currentToken();
      if (token.isStructStart()) {
        depth++;
        if (depth > MAX_DEPTH) {
          throw invalid("is nested too deeply");
        }
      } else if (token.isStructEnd()) {
        depth--;
      }
    } while (depth > 0 && parser.nextToken() != null);
  }

  private static boolean isWellFormed(char[] text, int from, int length) {
    int end = from + length;
    for (int i = from; i < end; i++) {
      char c = text[i];
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == end
            || !Character.isLowSurrogate(text[i + 1])) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}

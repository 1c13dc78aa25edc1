package dev.rapid.invokeapi;

import dev.rapid.http.BodyInspector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Decides whether bytes are one JSON text in UTF-8, piece by piece while they arrive.
 *
 * <p>Every request pays for this, and a library parser takes as long for a large body as all copies
 * of it together; see {@code docs/decisions}. It says yes or no; the reason of a no is the
 * library's.
 */
final class JsonCheck implements BodyInspector {

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long SPACES = 0x20 * ONES;
  private static final long QUOTES = 0x22 * ONES;
  private static final long BACKSLASHES = 0x5c * ONES;

  private enum Expect {
    VALUE,
    VALUE_OR_END_OF_ARRAY,
    KEY,
    KEY_OR_END_OF_OBJECT,
    COLON,
    COMMA_OR_END,
    STRING,
    ESCAPE,
    HEX_DIGIT,
    CONTINUATION_BYTE,
    LITERAL,
    FIRST_DIGIT,
    DIGIT_AFTER_ZERO,
    DIGITS,
    FIRST_FRACTION_DIGIT,
    FRACTION_DIGITS,
    EXPONENT_SIGN,
    FIRST_EXPONENT_DIGIT,
    EXPONENT_DIGITS,
    END_OF_TEXT,
    NOTHING
  }

  private Expect expect = Expect.VALUE;

  /** One bit for each open bracket: set for an object. */
  private long[] objects = new long[1];

  private int depth;
  private boolean inKey;
  private int hexDigits;
  private int continuationBytes;
  private int continuationFrom;
  private int continuationTo;
  private String literal = "";
  private int literalAt;

  @Override
  public void inspect(ByteBuffer piece) {
    int position = piece.position();
    int limit = piece.limit();
    ByteBuffer bytes = piece.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    while (position < limit && expect != Expect.NOTHING) {
      if (expect == Expect.STRING) {
        position = skipPlainCharacters(bytes, position, limit);
        if (position == limit) {
          return;
        }
      }
      accept(bytes.get(position++) & 0xff);
    }
  }

  /** Returns whether the bytes so far are a whole JSON text. */
  boolean isJson() {
    return switch (expect) {
      case END_OF_TEXT -> true;
      case DIGIT_AFTER_ZERO, DIGITS, FRACTION_DIGITS, EXPONENT_DIGITS -> depth == 0;
      default -> false;
    };
  }

  /** Eight bytes at a time, up to one that is a quote, a backslash, a control or not ASCII. */
  private static int skipPlainCharacters(ByteBuffer bytes, int position, int limit) {
    int last = limit - Long.BYTES;
    int at = position;
    while (at <= last) {
      long word = bytes.getLong(at);
      long special =
          ((word - SPACES) | ((word ^ QUOTES) - ONES) | ((word ^ BACKSLASHES) - ONES) | word)
              & HIGH_BITS;
      if (special != 0) {
        return at + Long.numberOfTrailingZeros(special) / Byte.SIZE;
      }
      at += Long.BYTES;
    }
    while (at < limit && isPlain(bytes.get(at))) {
      at++;
    }
    return at;
  }

  private static boolean isPlain(byte b) {
    return b >= 0x20 && b != '"' && b != '\\';
  }

  private void accept(int b) {
    switch (expect) {
      case VALUE -> value(b);
      case VALUE_OR_END_OF_ARRAY -> {
        if (b == ']') {
          close();
        } else {
          value(b);
        }
      }
      case KEY -> key(b);
      case KEY_OR_END_OF_OBJECT -> {
        if (b == '}') {
          close();
        } else {
          key(b);
        }
      }
      case COLON -> {
        if (!isSpace(b)) {
          expect = b == ':' ? Expect.VALUE : Expect.NOTHING;
        }
      }
      case COMMA_OR_END -> commaOrEnd(b);
      case STRING -> string(b);
      case ESCAPE -> escape(b);
      case HEX_DIGIT -> {
        if (Character.digit(b, 16) < 0) {
          expect = Expect.NOTHING;
        } else if (--hexDigits == 0) {
          expect = Expect.STRING;
        }
      }
      case CONTINUATION_BYTE -> {
        if (b < continuationFrom || b > continuationTo) {
          expect = Expect.NOTHING;
        } else {
          continuation(continuationBytes - 1, 0x80, 0xbf);
        }
      }
      case LITERAL -> {
        if (b != literal.charAt(literalAt++)) {
          expect = Expect.NOTHING;
        } else if (literalAt == literal.length()) {
          ended();
        }
      }
      case FIRST_DIGIT -> firstDigit(b);
      case DIGIT_AFTER_ZERO -> afterInteger(b);
      case DIGITS -> {
        if (!isDigit(b)) {
          afterInteger(b);
        }
      }
      case FIRST_FRACTION_DIGIT -> digitThen(b, Expect.FRACTION_DIGITS);
      case FRACTION_DIGITS -> {
        if (!isDigit(b)) {
          afterFraction(b);
        }
      }
      case EXPONENT_SIGN -> {
        if (b == '+' || b == '-') {
          expect = Expect.FIRST_EXPONENT_DIGIT;
        } else {
          digitThen(b, Expect.EXPONENT_DIGITS);
        }
      }
      case FIRST_EXPONENT_DIGIT -> digitThen(b, Expect.EXPONENT_DIGITS);
      case EXPONENT_DIGITS -> {
        if (!isDigit(b)) {
          afterNumber(b);
        }
      }
      case END_OF_TEXT -> {
        if (!isSpace(b)) {
          expect = Expect.NOTHING;
        }
      }
      case NOTHING -> {}
    }
  }

  private void value(int b) {
    switch (b) {
      case ' ', '\t', '\n', '\r' -> {}
      case '"' -> {
        inKey = false;
        expect = Expect.STRING;
      }
      case '{' -> open(true);
      case '[' -> open(false);
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      case '-' -> expect = Expect.FIRST_DIGIT;
      default -> firstDigit(b);
    }
  }

  private void key(int b) {
    if (b == '"') {
      inKey = true;
      expect = Expect.STRING;
    } else if (!isSpace(b)) {
      expect = Expect.NOTHING;
    }
  }

  private void commaOrEnd(int b) {
    if (isSpace(b)) {
      return;
    }
    boolean inObject = inObject();
    if (b == ',') {
      expect = inObject ? Expect.KEY : Expect.VALUE;
    } else if (b == (inObject ? '}' : ']')) {
      close();
    } else {
      expect = Expect.NOTHING;
    }
  }

  private void string(int b) {
    if (b == '"') {
      if (inKey) {
        expect = Expect.COLON;
      } else {
        ended();
      }
    } else if (b == '\\') {
      expect = Expect.ESCAPE;
    } else if (b < 0x20) {
      expect = Expect.NOTHING;
    } else if (b >= 0x80) {
      leadByte(b);
    }
  }

  /** The well-formed sequences of RFC 3629, section 4: no overlong forms, no surrogates. */
  private void leadByte(int b) {
    if (b >= 0xc2 && b <= 0xdf) {
      continuation(1, 0x80, 0xbf);
    } else if (b >= 0xe0 && b <= 0xef) {
      continuation(2, b == 0xe0 ? 0xa0 : 0x80, b == 0xed ? 0x9f : 0xbf);
    } else if (b >= 0xf0 && b <= 0xf4) {
      continuation(3, b == 0xf0 ? 0x90 : 0x80, b == 0xf4 ? 0x8f : 0xbf);
    } else {
      expect = Expect.NOTHING;
    }
  }

  private void continuation(int count, int from, int to) {
    continuationBytes = count;
    continuationFrom = from;
    continuationTo = to;
    expect = count == 0 ? Expect.STRING : Expect.CONTINUATION_BYTE;
  }

  private void escape(int b) {
    switch (b) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> expect = Expect.STRING;
      case 'u' -> {
        hexDigits = 4;
        expect = Expect.HEX_DIGIT;
      }
      default -> expect = Expect.NOTHING;
    }
  }

  private void literal(String text) {
    literal = text;
    literalAt = 1;
    expect = Expect.LITERAL;
  }

  private void firstDigit(int b) {
    if (b == '0') {
      expect = Expect.DIGIT_AFTER_ZERO;
    } else {
      digitThen(b, Expect.DIGITS);
    }
  }

  private void afterInteger(int b) {
    if (b == '.') {
      expect = Expect.FIRST_FRACTION_DIGIT;
    } else {
      afterFraction(b);
    }
  }

  private void afterFraction(int b) {
    if (b == 'e' || b == 'E') {
      expect = Expect.EXPONENT_SIGN;
    } else {
      afterNumber(b);
    }
  }

  private void afterNumber(int b) {
    ended();
    accept(b);
  }

  private void digitThen(int b, Expect next) {
    expect = isDigit(b) ? next : Expect.NOTHING;
  }

  private void open(boolean object) {
    int word = depth / Long.SIZE;
    if (word == objects.length) {
      objects = Arrays.copyOf(objects, word * 2);
    }
    long bit = 1L << depth;
    objects[word] = object ? objects[word] | bit : objects[word] & ~bit;
    depth++;
    expect = object ? Expect.KEY_OR_END_OF_OBJECT : Expect.VALUE_OR_END_OF_ARRAY;
  }

  private void close() {
    depth--;
    ended();
  }

  private void ended() {
    expect = depth == 0 ? Expect.END_OF_TEXT : Expect.COMMA_OR_END;
  }

  private boolean inObject() {
    int top = depth - 1;
    return (objects[top / Long.SIZE] & 1L << top) != 0;
  }

  private static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isSpace(int b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}

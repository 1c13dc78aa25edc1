package dev.rapid.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.rapid.core.invocation.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and writes JSON in UTF-8 token by token, so that memory holds only the bytes. */
public final class JsonStreams {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          // The size of the body is limited already.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonStreams() {}

  /** Returns a generator of compact JSON that writes to {@code out}. */
  public static JsonGenerator generatorTo(OutputStream out) throws IOException {
    return FACTORY.createGenerator(out);
  }

  /** Returns the object or array at {@code parser}'s position, and moves to its end. */
  public static String compactTextOf(JsonParser parser) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.copyCurrentStructureExact(parser);
    }
    return text.toString();
  }

  /** Returns whether {@code parser} stands at null. */
  public static boolean isNull(JsonParser parser) {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  /** Returns a string, number or boolean as text; skips anything else and returns null. */
  public static @Nullable String scalarTextOf(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          parser.getText();
      default -> {
        parser.skipChildren();
        yield null;
      }
    };
  }

  /** Returns whether bytes are one JSON text in UTF-8. */
  public static boolean isJson(byte[] utf8) {
    try (JsonParser parser = FACTORY.createParser(utf8)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns a parser over the bytes of {@code payload}, which are not copied. */
  public static JsonParser parserOf(Payload payload) throws IOException {
    List<ByteBuffer> buffers = payload.buffers();
    if (buffers.size() == 1 && buffers.getFirst().hasArray()) {
      ByteBuffer only = buffers.getFirst();
      return FACTORY.createParser(
          only.array(), only.arrayOffset() + only.position(), only.remaining());
    }
    return FACTORY.createParser(new Pieces(buffers));
  }

  /** Returns a parser over a part of {@code utf8}, which is not copied. */
  public static JsonParser parserOf(byte[] utf8, int offset, int length) throws IOException {
    return FACTORY.createParser(utf8, offset, length);
  }

  /** Reads buffers one after the other. */
  private static final class Pieces extends InputStream {

    private final List<ByteBuffer> buffers;
    private int current;

    Pieces(List<ByteBuffer> buffers) {
      this.buffers = buffers;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      while (current < buffers.size() && !buffers.get(current).hasRemaining()) {
        current++;
      }
      if (current == buffers.size()) {
        return -1;
      }
      ByteBuffer from = buffers.get(current);
      int count = Math.min(length, from.remaining());
      from.get(into, offset, count);
      return count;
    }
  }
}

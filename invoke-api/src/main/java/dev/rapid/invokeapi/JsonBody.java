package dev.rapid.invokeapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.rapid.core.invocation.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether bytes are one JSON text in UTF-8, with the parser that the service uses too
 * (Invoke API contract, section 1.5). Nothing is kept of the text, and the function gets its bytes
 * unchanged.
 */
public final class JsonBody {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // The size of the body is limited already.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonBody() {}

  /** Returns what is wrong with {@code payload} in the service's words, null if it is JSON. */
  public static @Nullable String faultOf(Payload payload) {
    try {
      return check(payload);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Returns the same on one line, for people. */
  public static @Nullable String shortFaultOf(Payload payload) {
    try {
      return check(payload);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      return e.getOriginalMessage()
          + " (line "
          + at.getLineNr()
          + ", column "
          + at.getColumnNr()
          + ")";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static @Nullable String check(Payload payload) throws IOException {
    try (JsonParser parser = parserOf(payload.buffers())) {
      if (parser.nextToken() == null) {
        return "No content to map due to end-of-input";
      }
      parser.skipChildren();
      return parser.nextToken() == null ? null : "Unexpected text after the JSON value";
    }
  }

  private static JsonParser parserOf(List<ByteBuffer> buffers) throws IOException {
    if (buffers.size() == 1 && buffers.getFirst().hasArray()) {
      ByteBuffer only = buffers.getFirst();
      return FACTORY.createParser(
          only.array(), only.arrayOffset() + only.position(), only.remaining());
    }
    return FACTORY.createParser(new Pieces(buffers));
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

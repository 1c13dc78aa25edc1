package dev.rapid.invokeapi.url;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.rapid.core.invocation.Payload;
import dev.rapid.http.answer.Answers;
import dev.rapid.lambda.JsonStreams;
import dev.rapid.lambda.event.ResponsePrelude;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Turns a function's result into the answer of its URL in the mode {@code BUFFERED} (contract
 * invoke-api, section 5.3).
 */
final class UrlResult {

  private UrlResult() {}

  /**
   * Returns the answer. It takes ownership of {@code result}, which becomes the answer's body or is
   * released.
   *
   * @param contentType the runtime's, null if it declared none
   * @throws InvalidUrlResultException if it is not an HTTP response; the client gets {@link
   *     UrlResponse#functionFailed}
   */
  static UrlResponse responseOf(Payload result, @Nullable String contentType)
      throws InvalidUrlResultException {
    try {
      UrlResponse response =
          ResponsePrelude.isDeclaredBy(contentType) ? withPrelude(result) : ofJsonOrBytes(result);
      if (response.head().allowsBody()) {
        return response;
      }
      response.body().release();
      return new UrlResponse(response.head(), Payload.EMPTY);
    } finally {
      result.release();
    }
  }

  /** A stream that was collected. */
  private static UrlResponse withPrelude(Payload result) throws InvalidUrlResultException {
    ByteBuffer stream = ByteBuffer.wrap(result.toByteArray());
    UrlHead head = new UrlPrelude().accept(stream);
    if (head == null) {
      throw new InvalidUrlResultException(ResponsePrelude.unfinished());
    }
    byte[] body = new byte[stream.remaining()];
    stream.get(body);
    return new UrlResponse(head, Payload.of(body));
  }

  private static UrlResponse ofJsonOrBytes(Payload result) throws InvalidUrlResultException {
    Explicit explicit = new Explicit();
    String text = null;
    try (JsonParser parser = JsonStreams.parserOf(result)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_OBJECT) {
        explicit.read(parser);
      } else if (first == JsonToken.VALUE_STRING) {
        text = parser.getText();
      } else if (first != null) {
        parser.skipChildren();
      }
      if (first == null || parser.nextToken() != null) {
        return bytes(result);
      }
    } catch (JsonProcessingException e) {
      return bytes(result);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // It is memory that is read.
    }
    if (explicit.isOne()) {
      return explicit.response();
    }
    return new UrlResponse(
        UrlHead.json(StatusCodes.OK), text == null ? compact(result) : Payload.of(text));
  }

  private static UrlResponse bytes(Payload result) {
    result.acquire();
    return new UrlResponse(UrlHead.of(StatusCodes.OK, UrlHead.BINARY), result);
  }

  /** Removes the white space between the tokens of {@code json}. */
  private static Payload compact(Payload json) {
    byte[] bytes = json.toByteArray();
    int length = 0;
    boolean inString = false;
    boolean escaped = false;
    for (byte b : bytes) {
      if (inString) {
        inString = escaped || b != '"';
        escaped = !escaped && b == '\\';
      } else if (b == ' ' || b == '\t' || b == '\n' || b == '\r') {
        continue;
      } else {
        inString = b == '"';
      }
      bytes[length++] = b;
    }
    return Payload.of(Arrays.copyOf(bytes, length));
  }

  /** The format with the whole response: an object with a status code. */
  private static final class Explicit {

    private final UrlHeadMembers members = new UrlHeadMembers(false);
    private String body = "";
    private boolean base64;

    void read(JsonParser parser) throws IOException {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("body")) {
          readBody(parser);
        } else if (name.equals("isBase64Encoded")) {
          readEncoding(parser);
        } else if (!members.read(name, parser)) {
          parser.skipChildren();
        }
      }
    }

    private void readBody(JsonParser parser) throws IOException {
      if (JsonStreams.isNull(parser)) {
        body = "";
      } else if (parser.currentToken().isStructStart()) {
        body = JsonStreams.compactTextOf(parser);
      } else {
        body = parser.getText();
      }
    }

    private void readEncoding(JsonParser parser) throws IOException {
      base64 = parser.currentToken() == JsonToken.VALUE_TRUE;
      if (!base64
          && !JsonStreams.isNull(parser)
          && parser.currentToken() != JsonToken.VALUE_FALSE) {
        parser.skipChildren();
        members.defect("isBase64Encoded is not a boolean");
      }
    }

    boolean isOne() {
      return members.hasStatus();
    }

    UrlResponse response() throws InvalidUrlResultException {
      return new UrlResponse(members.head(Answers.JSON), bodyBytes());
    }

    private Payload bodyBytes() throws InvalidUrlResultException {
      if (!base64) {
        return Payload.of(body);
      }
      try {
        return Payload.of(Base64.getDecoder().decode(body));
      } catch (IllegalArgumentException e) {
        throw new InvalidUrlResultException("body is not base64 although isBase64Encoded is true");
      }
    }
  }
}

package dev.rapid.invokeapi.url;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.rapid.core.invocation.Payload;
import dev.rapid.lambda.JsonReader;
import dev.rapid.lambda.JsonStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the prelude of a streamed HTTP response: a JSON object, then eight zero bytes (contract
 * invoke-api, section 5.4). The stream may come in pieces of any length.
 */
final class UrlPrelude {

  /** The content type of a stream that begins with a prelude. */
  static final String CONTENT_TYPE = "application/vnd.awslambda.http-integration-response";

  /** The limit of the object. */
  static final int MAX_BYTES = 64 * 1024;

  private static final int DELIMITER_BYTES = 8;

  private final ByteArrayOutputStream json = new ByteArrayOutputStream();
  private int zeros;

  /** Whether a stream of this content type, null if it has none, begins with a prelude. */
  static boolean isDeclaredBy(@Nullable String contentType) {
    return contentType != null && UrlPayload.mediaType(contentType).equals(CONTENT_TYPE);
  }

  /**
   * Takes the next piece of the stream.
   *
   * @param bytes read up to the end of the prelude; the remaining bytes begin the body
   * @return the head if the prelude is complete, null if it is not complete
   * @throws InvalidUrlResultException if the prelude is too long or malformed
   */
  @Nullable UrlHead accept(ByteBuffer bytes) throws InvalidUrlResultException {
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      if (next == 0) {
        if (++zeros == DELIMITER_BYTES) {
          return head();
        }
      } else if (zeros > 0) {
        throw new InvalidUrlResultException(
            "The prelude is followed by " + zeros + " zero bytes instead of " + DELIMITER_BYTES);
      } else if (json.size() == MAX_BYTES) {
        throw new InvalidUrlResultException(
            "The prelude is longer than " + MAX_BYTES + " bytes or has no end");
      } else {
        json.write(next);
      }
    }
    return null;
  }

  /** Returns the exception for a stream that ended inside its prelude. */
  static InvalidUrlResultException unfinished() {
    return new InvalidUrlResultException(
        "The stream ended before the " + DELIMITER_BYTES + " zero bytes behind its prelude");
  }

  private UrlHead head() throws InvalidUrlResultException {
    UrlHeadMembers members = new UrlHeadMembers(true);
    try (JsonParser parser = JsonStreams.parserOf(Payload.of(json.toByteArray()))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidUrlResultException("The prelude is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (!members.read(name, parser)) {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new InvalidUrlResultException("The prelude has more than one JSON object");
      }
    } catch (JsonProcessingException e) {
      throw new InvalidUrlResultException("The prelude is not JSON: " + JsonReader.messageOf(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // It is memory that is read.
    }
    return members.head(UrlHead.BINARY);
  }
}

package dev.rapid.invokeapi.url;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.rapid.core.invocation.Payload;
import dev.rapid.lambda.JsonReader;
import dev.rapid.lambda.JsonStreams;
import dev.rapid.lambda.event.ResponsePrelude;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the prelude of a streamed HTTP response: a JSON object, then eight zero bytes (contract
 * invoke-api, section 5.4). The stream may come in pieces of any length.
 */
final class UrlPrelude {

  /** The limit of the object. */
  static final int MAX_BYTES = 64 * 1024;

  private final ResponsePrelude prelude = new ResponsePrelude(MAX_BYTES);

  /**
   * Takes the next piece of the stream.
   *
   * @param bytes read up to the end of the prelude; the remaining bytes begin the body
   * @return the head if the prelude is complete, null if it is not complete
   * @throws InvalidUrlResultException if the prelude is too long or malformed
   */
  @Nullable UrlHead accept(ByteBuffer bytes) throws InvalidUrlResultException {
    try {
      byte[] json = prelude.accept(bytes);
      return json == null ? null : headOf(json);
    } catch (ResponsePrelude.MalformedException e) {
      throw new InvalidUrlResultException(String.valueOf(e.getMessage()));
    }
  }

  private static UrlHead headOf(byte[] json) throws InvalidUrlResultException {
    UrlHeadMembers members = new UrlHeadMembers(true);
    try (JsonParser parser = JsonStreams.parserOf(Payload.of(json))) {
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

package dev.rapid.invokeapi;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rapid.core.invocation.Payload;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether bytes are one JSON text in UTF-8, with the parser that the service uses too
 * (contract invoke-api, section 1.5). Nothing is kept of the text, and the function gets its bytes
 * unchanged.
 */
public final class JsonBody {

  private static final String UNKNOWN_WORD = "Unrecognized token";
  private static final String PLACE_OF_PARENT = " (for ";

  private JsonBody() {}

  /** Returns what is wrong with {@code payload} in the service's words, null if it is JSON. */
  public static @Nullable String faultOf(Payload payload) {
    try {
      check(payload);
      return null;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Returns the same on one line, for people, without words of the body, which may be secret. */
  public static @Nullable String shortFaultOf(Payload payload) {
    try {
      check(payload);
      return null;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String message = e.getOriginalMessage();
      int place = message.indexOf(PLACE_OF_PARENT);
      if (message.startsWith(UNKNOWN_WORD)) {
        message = UNKNOWN_WORD;
      } else if (place > 0) {
        message = message.substring(0, place);
      }
      return message + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void check(Payload payload) throws IOException {
    try (JsonParser parser = JsonStreams.parserOf(payload)) {
      if (parser.nextToken() == null) {
        throw new JsonParseException(parser, "No content to map due to end-of-input");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "Unexpected text after the JSON value");
      }
    }
  }
}

package dev.rapid.invokeapi.wire;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rapid.core.invocation.Payload;
import dev.rapid.lambda.JsonReader;
import dev.rapid.lambda.JsonStreams;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether bytes are one JSON text in UTF-8, with the same parser as the service (contract
 * invoke-api, section 1.5). It keeps nothing of the text, and the function gets the bytes
 * unchanged.
 */
public final class JsonBody {

  private static final String UNKNOWN_WORD = "Unrecognized token";
  private static final String BAD_START = "Invalid UTF-8 start byte 0x";
  private static final int HEX = 16;

  private JsonBody() {}

  /** Returns the service's message for {@code payload}, null if it is JSON. */
  public static @Nullable String faultOf(Payload payload) {
    try {
      check(payload);
      return null;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /**
   * Returns the same on one line, for people, without words of the body, because they may be
   * secret.
   */
  public static @Nullable String shortFaultOf(Payload payload) {
    try {
      check(payload);
      return null;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String message = JsonReader.messageOf(e);
      if (message.startsWith(UNKNOWN_WORD)) {
        message = UNKNOWN_WORD;
      }
      return message + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void check(Payload payload) throws IOException {
    try (JsonParser parser = JsonStreams.parserOf(payload)) {
      try {
        check(parser);
      } catch (JsonParseException e) {
        throw inTheWordsOfTheService(e, parser);
      }
    }
  }

  private static void check(JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      throw new JsonParseException(parser, "No content to map due to end-of-input");
    }
    parser.skipChildren();
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "Unexpected text after the JSON value");
    }
  }

  /**
   * For an invalid start byte, the service's parser reports the byte's position, and ours the
   * position after it. Where a value must begin, the service's message has no character.
   */
  private static JsonParseException inTheWordsOfTheService(
      JsonParseException fault, JsonParser parser) {
    String message = fault.getOriginalMessage();
    if (!message.startsWith(BAD_START)) {
      return fault;
    }
    JsonLocation behind = fault.getLocation();
    JsonLocation at =
        new JsonLocation(
            behind.contentReference(),
            behind.getByteOffset() - 1,
            behind.getCharOffset(),
            behind.getLineNr(),
            behind.getColumnNr() - 1);
    if (parser.currentToken() == null) {
      int value = Integer.parseInt(message, BAD_START.length(), message.length(), HEX);
      String name =
          Character.isISOControl(value)
              ? "(CTRL-CHAR, code " + value + ")"
              : "'"
                  + (char) value
                  + "' (code "
                  + value
                  + " / 0x"
                  + message.substring(BAD_START.length())
                  + ")";
      message =
          "Unexpected character ("
              + name
              + "): expected a valid value (JSON String, Number, Array, Object or token 'null',"
              + " 'true' or 'false')";
    }
    return new JsonParseException(parser, message, at);
  }
}

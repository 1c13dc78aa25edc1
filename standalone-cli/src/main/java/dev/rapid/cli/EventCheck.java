package dev.rapid.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Decides whether an event is one JSON value; the front end does the same for its callers. */
final class EventCheck {

  private EventCheck() {}

  /** Returns what is wrong with {@code event}, or null if it is JSON or empty. */
  static @Nullable String faultOf(byte[] event) {
    if (event.length == 0) {
      return null;
    }
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    try (JsonParser parser = factory.createParser(event)) {
      if (parser.nextToken() == null) {
        return "it has no value";
      }
      parser.skipChildren();
      parser.finishToken();
      return parser.nextToken() == null ? null : "it goes on after the value";
    } catch (JsonProcessingException e) {
      var location = e.getLocation();
      return e.getOriginalMessage()
          + " (line "
          + location.getLineNr()
          + ", column "
          + location.getColumnNr()
          + ")";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}

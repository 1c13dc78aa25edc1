package dev.rapid.invokeapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;

/** Says in a parser's words what is wrong with bytes that are not JSON (contract, section 1.5). */
final class JsonFault {

  private JsonFault() {}

  static String describe(byte[] bytes) {
    try (JsonParser parser = Parsers.FACTORY.createParser(bytes)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken().isStructStart()) {
          parser.skipChildren();
        } else {
          parser.finishToken();
        }
        if (parser.nextToken() != null) {
          return "Unexpected text after the JSON value";
        }
      }
      return "No JSON value";
    } catch (IOException e) {
      return e.getMessage() == null ? "No JSON value" : e.getMessage();
    }
  }

  /** Made when the first bad body arrives. */
  private static final class Parsers {
    static final JsonFactory FACTORY =
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
  }
}

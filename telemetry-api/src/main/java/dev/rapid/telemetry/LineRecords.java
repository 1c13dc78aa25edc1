package dev.rapid.telemetry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Makes records of lines of output (contract runtime-extensions-telemetry, section 4.6). */
public final class LineRecords {

  private LineRecords() {}

  /**
   * Appends the record of a line, and a newline. A record has no other line break in it.
   *
   * @param type {@code function} or {@code extension}
   * @param object whether a line that is a JSON object becomes the record itself; any other is a
   *     string
   */
  public static void append(
      String type,
      byte[] bytes,
      int offset,
      int length,
      long epochMillis,
      boolean object,
      LineBuffer records) {
    JsonFormat.begin(records, epochMillis, type);
    if (object && isObject(bytes, offset, length)) {
      records.putJsonText(bytes, offset, length);
    } else {
      records.putJson(bytes, offset, length);
    }
    JsonFormat.end(records);
  }

  /** Returns whether a line is a JSON object, so that its two forms differ. */
  public static boolean isObject(byte[] bytes, int offset, int length) {
    if (length < 2 || bytes[offset] != '{' || bytes[offset + length - 1] != '}') {
      return false;
    }
    try (JsonParser parser = Parsers.FACTORY.createParser(text(bytes, offset, length))) {
      int depth = 0;
      boolean closed = false;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (closed) {
          return false;
        }
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
          closed = depth == 0;
        }
      }
      return closed;
    } catch (IOException notJson) {
      return false;
    }
  }

  private static String text(byte[] bytes, int offset, int length) {
    return new String(bytes, offset, length, StandardCharsets.UTF_8);
  }

  /** Loaded only when a line looks like an object. */
  private static final class Parsers {
    static final JsonFactory FACTORY = new JsonFactory();
  }
}

package dev.rapid.telemetry.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rapid.lambda.Utf8Buffer;
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
      Utf8Buffer records) {
    JsonFormat.begin(records, epochMillis, type);
    if (!object || !putObject(bytes, offset, length, records)) {
      records.putJson(bytes, offset, length);
    }
    JsonFormat.end(records);
  }

  /**
   * Appends a line as it is in a log of JSON, and a newline: one that is a JSON object stays as it
   * is, as in the cloud, any other becomes a record.
   */
  public static void appendPrinted(
      String type, byte[] bytes, int offset, int length, long epochMillis, Utf8Buffer records) {
    if (putObject(bytes, offset, length, records)) {
      records.put('\n');
    } else {
      append(type, bytes, offset, length, epochMillis, false, records);
    }
  }

  /** Writes a line without the blanks around it if it is a JSON object. */
  private static boolean putObject(byte[] bytes, int offset, int length, Utf8Buffer records) {
    int from = offset;
    int end = offset + length;
    while (from < end && isBlank(bytes[from])) {
      from++;
    }
    while (from < end && isBlank(bytes[end - 1])) {
      end--;
    }
    boolean object = isObject(bytes, from, end - from);
    if (object) {
      records.putJsonText(bytes, from, end - from);
    }
    return object;
  }

  /** The blanks of JSON. */
  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  private static boolean isObject(byte[] bytes, int offset, int length) {
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

  /** A class of its own, so that Jackson is loaded only for a line that looks like an object. */
  private static final class Parsers {
    static final JsonFactory FACTORY = new JsonFactory();
  }
}

package dev.rapid.telemetry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Cuts the output of one process into lines and makes a record of each, and of each message
 * (telemetry contract, 4.6).
 *
 * <p>A line or message that is a JSON object becomes the record itself, any other a string. Lines
 * of more than {@value #LONGEST_LINE} bytes become several records.
 */
final class OutputLines {

  static final int LONGEST_LINE = 256 * 1024;

  private static final int KEPT_BYTES = 4096;

  private final String type;
  private LineBuffer begun = new LineBuffer(KEPT_BYTES);

  /**
   * Creates a cutter.
   *
   * @param type of the records: {@code function} or {@code extension}
   */
  OutputLines(String type) {
    this.type = type;
  }

  /** Appends the records of all lines that are complete now to {@code records}. */
  void append(byte[] bytes, int offset, int length, long epochMillis, LineBuffer records) {
    int from = offset;
    int end = offset + length;
    for (int i = offset; i < end; i++) {
      if (bytes[i] == '\n') {
        begun.put(bytes, from, i - from);
        from = i + 1;
        complete(epochMillis, records);
      }
    }
    begun.put(bytes, from, end - from);
    cutLong(epochMillis, records);
  }

  /**
   * Appends the record of a message, which may have several lines. A line that has begun goes on
   * after it.
   */
  void message(byte[] bytes, int offset, int length, long epochMillis, LineBuffer records) {
    int end = offset + length;
    if (end > offset && bytes[end - 1] == '\n') {
      end--;
      if (end > offset && bytes[end - 1] == '\r') {
        end--;
      }
    }
    record(bytes, offset, end - offset, epochMillis, records);
  }

  private void cutLong(long epochMillis, LineBuffer records) {
    while (begun.length() > LONGEST_LINE) {
      int cut = characterStart(begun.array(), LONGEST_LINE);
      record(begun.array(), 0, cut, epochMillis, records);
      begun.removeFirst(cut);
    }
  }

  /** Appends the record of a line that has begun, if one has. */
  void end(long epochMillis, LineBuffer records) {
    if (!begun.isEmpty()) {
      complete(epochMillis, records);
    }
  }

  private void complete(long epochMillis, LineBuffer records) {
    cutLong(epochMillis, records);
    byte[] bytes = begun.array();
    int length = begun.length();
    if (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    record(bytes, 0, length, epochMillis, records);
    if (bytes.length > LONGEST_LINE) {
      begun = new LineBuffer(KEPT_BYTES);
    } else {
      begun.clear();
    }
  }

  private void record(byte[] bytes, int offset, int length, long epochMillis, LineBuffer records) {
    JsonFormat.begin(records, epochMillis, type);
    if (isObject(bytes, offset, length)) {
      putOnOneLine(bytes, offset, length, records);
    } else {
      records.putJson(new String(bytes, offset, length, StandardCharsets.UTF_8));
    }
    JsonFormat.end(records);
  }

  /** In JSON, ends of lines are nothing but white space: inside of strings they are escaped. */
  private static void putOnOneLine(byte[] bytes, int offset, int length, LineBuffer records) {
    int end = offset + length;
    int from = offset;
    for (int i = offset; i < end; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        records.put(bytes, from, i - from).put(' ');
        from = i + 1;
      }
    }
    records.put(bytes, from, end - from);
  }

  /** Returns the last position up to {@code limit} at which no character is cut in two. */
  private static int characterStart(byte[] bytes, int limit) {
    int at = limit;
    while (at > limit - 3 && (bytes[at] & 0xc0) == 0x80) {
      at--;
    }
    return at;
  }

  private static boolean isObject(byte[] bytes, int offset, int length) {
    if (length < 2 || bytes[offset] != '{' || bytes[offset + length - 1] != '}') {
      return false;
    }
    try (JsonParser parser = Parsers.FACTORY.createParser(bytes, offset, length)) {
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

  /** Loaded only when a line looks like an object. */
  private static final class Parsers {
    static final JsonFactory FACTORY = new JsonFactory();
  }
}

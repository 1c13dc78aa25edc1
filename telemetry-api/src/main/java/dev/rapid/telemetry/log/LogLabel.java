package dev.rapid.telemetry.log;

import dev.rapid.lambda.Utf8Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Says which sandbox the lines of a log are from, where several share the log: a prefix of each
 * line of text, and members of each line of JSON.
 *
 * @param prefix what each line of text begins with, for example {@code orders/1 | }
 * @param function the name of the function
 * @param sandbox the name of the sandbox
 */
public record LogLabel(String prefix, String function, String sandbox) {

  private static final byte[] FUNCTION = "\"function\"".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SANDBOX = "\"sandbox\"".getBytes(StandardCharsets.UTF_8);

  /**
   * Appends lines with the label.
   *
   * @param bytes whole lines
   * @param json whether each line is a JSON object: it gets the members {@code function} and {@code
   *     sandbox}, unless it seems to have one of its own. Lines that end otherwise stay as they are
   */
  void append(byte[] bytes, int offset, int length, boolean json, Utf8Buffer to) {
    int end = offset + length;
    int from = offset;
    while (from < end) {
      int lineEnd = indexOf(bytes, from, end, (byte) '\n');
      int count = lineEnd - from;
      if (json) {
        appendJson(bytes, from, count, to);
      } else {
        to.put(prefix).put(bytes, from, count);
      }
      to.put('\n');
      from = lineEnd + 1;
    }
  }

  private void appendJson(byte[] bytes, int offset, int length, Utf8Buffer to) {
    if (length < 2 || bytes[offset + length - 1] != '}') {
      to.put(bytes, offset, length);
      return;
    }
    to.put(bytes, offset, length - 1);
    String separator = length > 2 ? "," : "";
    if (!contains(bytes, offset, length, FUNCTION)) {
      to.put(separator).put("\"function\":").putJson(function);
      separator = ",";
    }
    if (!contains(bytes, offset, length, SANDBOX)) {
      to.put(separator).put("\"sandbox\":").putJson(sandbox);
    }
    to.put('}');
  }

  private static int indexOf(byte[] bytes, int from, int end, byte wanted) {
    int at = from;
    while (at < end && bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  private static boolean contains(byte[] bytes, int offset, int length, byte[] wanted) {
    int last = offset + length - wanted.length;
    for (int at = offset; at <= last; at++) {
      int matched = 0;
      while (matched < wanted.length && bytes[at + matched] == wanted[matched]) {
        matched++;
      }
      if (matched == wanted.length) {
        return true;
      }
    }
    return false;
  }
}

package dev.rapid.queue.destination;

import dev.rapid.lambda.Utf8Buffer;

/** Writes JSON on one line. */
final class CompactJson {

  private CompactJson() {}

  /** Writes a JSON text without the white space between its tokens; the tokens stay as they are. */
  static void put(byte[] json, Utf8Buffer into) {
    boolean inString = false;
    int plain = 0;
    for (int i = 0; i < json.length; i++) {
      byte b = json[i];
      if (inString) {
        if (b == '\\') {
          i++;
        } else if (b == '"') {
          inString = false;
        }
      } else if (b == '"') {
        inString = true;
      } else if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
        into.put(json, plain, i - plain);
        plain = i + 1;
      }
    }
    into.put(json, plain, json.length - plain);
  }
}

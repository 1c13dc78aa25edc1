package dev.rapid.http;

import java.nio.charset.StandardCharsets;

/**
 * An object in the making, compact and with its keys in the order in which they are put (contract
 * runtime-extensions-telemetry, section 0.2). Written by hand: Jackson escapes other characters,
 * and takes its time to load.
 */
public final class JsonObject {

  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text = new StringBuilder("{");

  /** Adds a string. */
  public JsonObject put(String key, String value) {
    key(key);
    quote(value);
    return this;
  }

  /** Adds an integer. */
  public JsonObject put(String key, long value) {
    key(key);
    text.append(value);
    return this;
  }

  /** Adds an object, which must not be changed any more. */
  public JsonObject put(String key, JsonObject value) {
    key(key);
    text.append(value.text).append('}');
    return this;
  }

  /** Returns the object, as events have it. */
  public byte[] bytes() {
    return (text + "}").getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the object and the end of the line, as all other bodies have it. */
  public byte[] line() {
    return (text + "}\n").getBytes(StandardCharsets.UTF_8);
  }

  private void key(String key) {
    if (text.length() > 1) {
      text.append(',');
    }
    quote(key);
    text.append(':');
  }

  private void quote(String value) {
    text.append('"');
    value.codePoints().forEach(this::escape);
    text.append('"');
  }

  private void escape(int c) {
    switch (c) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      // So that a page may contain it, and a script.
      case '<', '>', '&', 0x2028, 0x2029 -> unicode(c);
      default -> {
        if (c < ' ') {
          unicode(c);
        } else if (Character.isBmpCodePoint(c) && Character.isSurrogate((char) c)) {
          // Half a character has no bytes.
          text.append('\ufffd');
        } else {
          text.appendCodePoint(c);
        }
      }
    }
  }

  private void unicode(int c) {
    text.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      text.append(HEX.charAt((c >> shift) & 0xf));
    }
  }
}

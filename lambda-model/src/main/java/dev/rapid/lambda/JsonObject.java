package dev.rapid.lambda;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a compact JSON object whose keys stay in the order of insertion. It does not use Jackson,
 * which escapes other characters and takes long to load.
 */
public final class JsonObject {

  private static final int CAPACITY = 128;

  private final Utf8Buffer text = new Utf8Buffer(CAPACITY).put('{');
  private final JsonEscapes escapes;

  /** Creates an empty object whose strings are escaped as {@link JsonEscapes#HTML_SAFE}. */
  public JsonObject() {
    this(JsonEscapes.HTML_SAFE);
  }

  /** Creates an empty object. */
  public JsonObject(JsonEscapes escapes) {
    this.escapes = escapes;
  }

  /** Adds a string, or null. */
  public JsonObject put(String key, @Nullable String value) {
    key(key);
    if (value == null) {
      text.put("null");
    } else {
      text.putJson(value, escapes);
    }
    return this;
  }

  /** Adds an integer. */
  public JsonObject put(String key, long value) {
    key(key).put(value);
    return this;
  }

  /** Adds a boolean. */
  public JsonObject put(String key, boolean value) {
    key(key).put(value ? "true" : "false");
    return this;
  }

  /** Adds an object, which must not change afterwards. */
  public JsonObject put(String key, JsonObject value) {
    key(key).put(value.text).put('}');
    return this;
  }

  /** Adds an array of strings, or null. */
  public JsonObject putStrings(String key, @Nullable List<String> values) {
    key(key);
    if (values == null) {
      text.put("null");
      return this;
    }
    text.put('[');
    for (int i = 0; i < values.size(); i++) {
      text.put(i == 0 ? "" : ",").putJson(values.get(i), escapes);
    }
    text.put(']');
    return this;
  }

  /** Adds an array of objects, which must not change afterwards, or null. */
  public JsonObject putObjects(String key, @Nullable List<JsonObject> values) {
    key(key);
    if (values == null) {
      text.put("null");
      return this;
    }
    text.put('[');
    for (int i = 0; i < values.size(); i++) {
      text.put(i == 0 ? "" : ",").put(values.get(i).text).put('}');
    }
    text.put(']');
    return this;
  }

  /** Returns the object in UTF-8. */
  public byte[] bytes() {
    byte[] bytes = new byte[text.length() + 1];
    System.arraycopy(text.array(), 0, bytes, 0, text.length());
    bytes[text.length()] = '}';
    return bytes;
  }

  /** Returns the object in UTF-8, with a line feed at its end. */
  public byte[] line() {
    byte[] bytes = new byte[text.length() + 2];
    System.arraycopy(text.array(), 0, bytes, 0, text.length());
    bytes[text.length()] = '}';
    bytes[text.length() + 1] = '\n';
    return bytes;
  }

  /** Returns the object. */
  @Override
  public String toString() {
    return text + "}";
  }

  private Utf8Buffer key(String key) {
    return text.put(text.length() > 1 ? "," : "").putJson(key, escapes).put(':');
  }
}

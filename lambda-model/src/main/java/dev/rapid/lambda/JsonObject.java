package dev.rapid.lambda;

import java.util.List;
import java.util.Map;
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

  /**
   * Adds all members of {@code members}, in its order.
   *
   * @param members text, numbers, truth values, null, and lists and maps of them
   * @throws IllegalArgumentException if there is another value
   */
  public JsonObject putAll(Map<String, ?> members) {
    members.forEach((name, value) -> putValue(key(name), value));
    return this;
  }

  private void putValue(Utf8Buffer into, @Nullable Object value) {
    switch (value) {
      case null -> into.put("null");
      case String string -> into.putJson(string, escapes);
      case Boolean truth -> into.put(truth ? "true" : "false");
      case Number number -> into.put(number.toString());
      case Map<?, ?> members -> putMembers(into, members);
      case List<?> values -> {
        into.put('[');
        for (int i = 0; i < values.size(); i++) {
          into.put(i == 0 ? "" : ",");
          putValue(into, values.get(i));
        }
        into.put(']');
      }
      default -> throw new IllegalArgumentException("JSON has no " + value.getClass().getName());
    }
  }

  private void putMembers(Utf8Buffer into, Map<?, ?> members) {
    into.put('{');
    boolean first = true;
    for (Map.Entry<?, ?> each : members.entrySet()) {
      into.put(first ? "" : ",").putJson(String.valueOf(each.getKey()), escapes).put(':');
      putValue(into, each.getValue());
      first = false;
    }
    into.put('}');
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

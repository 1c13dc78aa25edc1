package dev.rapid.kapacitor.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Elements of an array, as JSON. Nothing is reserved before the first one. Not thread-safe. */
final class JsonElements {

  private static final int FIRST_BYTES = 1024;
  private static final byte[] NONE = {'[', ']'};

  private @Nullable JsonBytes array;

  void add(JsonBytes.Writer element) {
    next().write(element);
  }

  /** Returns what the next element is to be written to. */
  JsonBytes next() {
    JsonBytes known = array;
    if (known == null) {
      known = new JsonBytes(FIRST_BYTES);
      known.write(JsonGenerator::writeStartArray);
      array = known;
    }
    return known;
  }

  /** Returns the number of bytes so far. */
  int size() {
    JsonBytes known = array;
    return known == null ? 0 : known.size();
  }

  /** Takes the elements of another array, which is not used any more. */
  void append(JsonElements other) {
    JsonBytes others = other.array;
    if (array == null) {
      array = others;
    } else if (others != null) {
      others.write(JsonGenerator::writeEndArray);
      byte[] added = others.end();
      next().writeValue(Arrays.copyOfRange(added, 1, added.length - 1));
    }
  }

  /**
   * Writes a member of an object, and ends the array.
   *
   * @param evenIfEmpty whether an array without elements is written
   */
  void writeTo(JsonBytes object, String name, boolean evenIfEmpty) {
    JsonBytes known = array;
    if (known != null || evenIfEmpty) {
      object.write(json -> json.writeFieldName(name));
    }
    if (known != null) {
      array = null;
      known.write(JsonGenerator::writeEndArray);
      object.writeValue(known);
    } else if (evenIfEmpty) {
      object.writeValue(NONE);
    }
  }

  void close() {
    JsonBytes known = array;
    if (known != null) {
      known.close();
      array = null;
    }
  }
}

package dev.rapid.templates.document;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A mapping. Its keys are texts as written: {@code on} and {@code 1} are names. */
public record MapNode(Position position, SequencedMap<String, Entry> entries) implements Node {

  /** Copies the entries. */
  public MapNode {
    entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
  }

  /**
   * A value with the position of its key.
   *
   * @param key where the key begins
   */
  public record Entry(Position key, Node value) {}

  /** Returns a mapping with one entry, which begins at {@code position} as its key does. */
  public static MapNode of(Position position, String key, Node value) {
    return new MapNode(position, new LinkedHashMap<>(Map.of(key, new Entry(position, value))));
  }

  /** Returns the value of a key, null if it is not there. */
  public @Nullable Node get(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value();
  }

  /** Returns where a key is, or where the mapping begins if it has no such key. */
  public Position positionOf(String key) {
    Entry entry = entries.get(key);
    return entry == null ? position : entry.key();
  }

  /** Calls {@code action} for each key and its value, in their order. */
  public void forEach(BiConsumer<String, Node> action) {
    entries.forEach((key, entry) -> action.accept(key, entry.value()));
  }
}

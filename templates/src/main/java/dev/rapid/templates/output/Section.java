package dev.rapid.templates.output;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Builds a mapping of the configuration file. What would be empty is left out. */
public final class Section {

  private final Position origin;
  private final SequencedMap<String, MapNode.Entry> entries = new LinkedHashMap<>();

  /**
   * Begins a mapping.
   *
   * @param origin what in the template it stands for
   */
  public Section(Position origin) {
    this.origin = origin;
  }

  /** Returns what in the template this stands for. */
  public Position origin() {
    return origin;
  }

  /** Sets a value. A later value of the same key takes the place of an earlier one. */
  public Section put(String key, Position from, Node value) {
    entries.put(key, new MapNode.Entry(from, value));
    return this;
  }

  /** Sets a text. */
  public Section put(String key, Position from, String text) {
    return put(key, from, ScalarNode.text(from, text));
  }

  /** Sets a number. */
  public Section put(String key, Position from, long number) {
    return put(key, from, ScalarNode.of(from, number));
  }

  /** Sets a boolean. */
  public Section put(String key, Position from, boolean truth) {
    return put(key, from, ScalarNode.of(from, truth));
  }

  /** Sets a list, unless it is empty. */
  public Section put(String key, Position from, List<? extends Node> items) {
    return items.isEmpty() ? this : put(key, from, new ListNode(from, List.copyOf(items)));
  }

  /** Sets a list of texts, unless it is empty. */
  public Section putTexts(String key, Position from, List<String> texts) {
    return put(key, from, texts.stream().map(text -> ScalarNode.text(from, text)).toList());
  }

  /** Sets a mapping, unless it is empty. */
  public Section put(String key, Section section) {
    return section.isEmpty() ? this : put(key, section.origin, section.node());
  }

  /** Returns whether there is a value for {@code key}. */
  public boolean has(String key) {
    return entries.containsKey(key);
  }

  /** Returns whether there is no value. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Returns the mapping. */
  public MapNode node() {
    return new MapNode(origin, entries);
  }
}

package dev.rapid.cli.config.value;

import java.util.List;
import java.util.SequencedMap;

/** A value of a configuration file, with the place where it begins. */
public sealed interface Value {

  /** Returns where the value begins, for messages: {@code rapid.yaml:3:10}. */
  String place();

  /** What a text is in JSON. */
  enum Kind {
    /** A string. */
    TEXT,
    /** A number. */
    NUMBER,
    /** True or false. */
    TRUTH,
    /** Nothing: {@code null}, or no value at all. */
    NOTHING
  }

  /**
   * One text.
   *
   * @param text as it was written, with its variables replaced
   * @param kind its type, if types matter
   */
  record Text(String text, Kind kind, String place) implements Value {}

  /**
   * A list.
   *
   * @param values its items
   */
  record Items(List<Value> values, String place) implements Value {

    /** Copies the list. */
    public Items {
      values = List.copyOf(values);
    }
  }

  /**
   * A mapping.
   *
   * @param members in their order
   */
  record Members(SequencedMap<String, Member> members, String place) implements Value {}

  /**
   * A member of a mapping.
   *
   * @param place where its name begins
   */
  record Member(String place, Value value) {}
}

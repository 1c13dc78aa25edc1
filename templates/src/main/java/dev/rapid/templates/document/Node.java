package dev.rapid.templates.document;

/** A value of a YAML or JSON file. It never changes. */
public sealed interface Node permits MapNode, ListNode, ScalarNode {

  /** Returns where the value begins. */
  Position position();
}

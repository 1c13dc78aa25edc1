package dev.rapid.templates.document;

import java.util.List;

/** A list. */
public record ListNode(Position position, List<Node> items) implements Node {

  /** Copies the items. */
  public ListNode {
    items = List.copyOf(items);
  }
}

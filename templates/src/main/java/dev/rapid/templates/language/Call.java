package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A use of a function.
 *
 * @param function its long name, such as {@code Fn::Sub}
 * @param argument what it takes, not evaluated
 * @param strict whether an unknown part of its result makes the whole result unknown
 */
record Call(
    String function, Node argument, Position position, Evaluator evaluator, boolean strict) {

  /** Returns the items of an argument that is a list, not evaluated. */
  List<Node> arguments(int least, int most, String form) throws UnresolvedException {
    if (argument instanceof ListNode list
        && list.items().size() >= least
        && list.items().size() <= most) {
      return list.items();
    }
    throw takes(form, argument);
  }

  /** Returns an argument's value, null for {@code AWS::NoValue}. */
  @Nullable Node value(Node node) throws UnresolvedException {
    return evaluator.strictly(node);
  }

  /** Returns the text of an argument. */
  String text(Node node, String form) throws UnresolvedException {
    Node value = value(node);
    if (value == null) {
      return "";
    }
    if (value instanceof ScalarNode scalar) {
      return scalar.asText();
    }
    throw takes(form, value);
  }

  /** Returns the items of an argument that is or gives a list. */
  List<Node> items(Node node, String form) throws UnresolvedException {
    if (value(node) instanceof ListNode list) {
      return list.items();
    }
    throw takes(form, node);
  }

  /** Returns a value as part of a text: a list has commas between its items. */
  String joined(Node value, String form) throws UnresolvedException {
    return switch (value) {
      case ScalarNode scalar -> scalar.asText();
      case ListNode list ->
          list.items().stream().map(item -> Nodes.text(item, "")).collect(Collectors.joining(","));
      case MapNode mapping -> throw takes(form, mapping);
    };
  }

  /** Returns an exception that says which form the function takes. */
  UnresolvedException takes(String form, Node instead) {
    return UnresolvedException.wrong(
        position,
        Nodes.shortForm(function) + " takes " + form + ", and has " + Nodes.kind(instead));
  }

  /** Returns an exception for a value that is not known here. */
  UnresolvedException unknown(String reason) {
    return UnresolvedException.unknown(position, reason);
  }
}

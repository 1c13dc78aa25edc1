package dev.rapid.templates.language;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.ScalarNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Functions of conditions. */
final class ConditionFunctions {

  private ConditionFunctions() {}

  /** Evaluates the chosen value only. */
  static @Nullable Node choose(Call call) throws UnresolvedException {
    String form = "[condition, value, value otherwise]";
    List<Node> arguments = call.arguments(3, 3, form);
    Node chosen = arguments.get(isTrue(call, arguments.getFirst(), form) ? 1 : 2);
    return call.evaluator().evaluate(chosen, call.strict());
  }

  /** A condition that is not known is false, so that the second value is taken. */
  private static boolean isTrue(Call call, Node condition, String form) throws UnresolvedException {
    if (Nodes.function(condition) != null) {
      return test(call, condition);
    }
    if (!(condition instanceof ScalarNode name)) {
      throw call.takes(form, condition);
    }
    return known(call, name.text())
        .orElseGet(() -> {
          call.evaluator()
              .problems()
              .warn(
                  name.position(),
                  call.evaluator().conditions().missing(name.text())
                      + "; the second value of !If is used");
          return false;
        });
  }

  private static Optional<Boolean> known(Call call, String name) {
    return call.evaluator().conditions().value(name);
  }

  static Node equal(Call call) throws UnresolvedException {
    String form = "[value, value]";
    List<Node> arguments = call.arguments(2, 2, form);
    return ScalarNode.of(
        call.position(),
        comparable(call, arguments.get(0)).equals(comparable(call, arguments.get(1))));
  }

  /** Numbers and texts are compared as texts, since parameters are texts in the cloud. */
  private static String comparable(Call call, Node node) throws UnresolvedException {
    Node value = call.value(node);
    if (value instanceof MapNode mapping) {
      return TextFunctions.json(mapping);
    }
    return value == null ? "" : call.joined(value, "[value, value]");
  }

  static Node and(Call call) throws UnresolvedException {
    return ScalarNode.of(call.position(), !anyIs(false, call));
  }

  static Node or(Call call) throws UnresolvedException {
    return ScalarNode.of(call.position(), anyIs(true, call));
  }

  /** Returns whether a condition has this value, which decides although others are not known. */
  private static boolean anyIs(boolean wanted, Call call) throws UnresolvedException {
    UnresolvedException unknown = null;
    for (Node condition : call.arguments(2, 10, "a list of 2 to 10 conditions")) {
      try {
        if (test(call, condition) == wanted) {
          return true;
        }
      } catch (UnresolvedException e) {
        unknown = e;
      }
    }
    if (unknown != null) {
      throw unknown;
    }
    return false;
  }

  static Node not(Call call) throws UnresolvedException {
    return ScalarNode.of(
        call.position(), !test(call, call.arguments(1, 1, "a list of one condition").getFirst()));
  }

  static Node condition(Call call) throws UnresolvedException {
    String name = call.text(call.argument(), "the name of a condition");
    return ScalarNode.of(
        call.position(),
        known(call, name)
            .orElseThrow(() -> call.unknown(call.evaluator().conditions().missing(name))));
  }

  /** Returns the value of a condition that is written out. */
  private static boolean test(Call call, Node condition) throws UnresolvedException {
    if (call.value(condition) instanceof ScalarNode scalar && scalar.asBoolean().isPresent()) {
      return scalar.asBoolean().get();
    }
    throw call.takes("conditions, such as !Equals or !Condition", condition);
  }
}

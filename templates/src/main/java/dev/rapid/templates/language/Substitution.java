package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.ScalarNode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code Fn::Sub} (contract templates-and-runtimes, section 3.5). */
final class Substitution {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(!?)([^${}\\s]+)}");
  private static final String FORM = "a text, or [text, {name: value}]";

  private final Call call;
  private final MapNode values;

  private Substitution(Call call, MapNode values) {
    this.call = call;
    this.values = values;
  }

  static Node substitute(Call call) throws UnresolvedException {
    if (!(call.argument() instanceof ListNode)) {
      return new Substitution(call, Nodes.emptyMap(call.position())).in(call.argument());
    }
    List<Node> arguments = call.arguments(1, 2, FORM);
    if (arguments.size() == 1) {
      return new Substitution(call, Nodes.emptyMap(call.position())).in(arguments.getFirst());
    }
    if (!(arguments.get(1) instanceof MapNode values) || Nodes.function(values) != null) {
      throw call.takes(FORM, arguments.get(1));
    }
    return new Substitution(call, values).in(arguments.getFirst());
  }

  /** A variable without a value stays as it is, so that the text shows what is missing. */
  private Node in(Node template) throws UnresolvedException {
    if (!(template instanceof ScalarNode scalar)) {
      throw call.takes(FORM, template);
    }
    Matcher variables = VARIABLE.matcher(scalar.text());
    StringBuilder text = new StringBuilder();
    while (variables.find()) {
      String name = variables.group(2);
      variables.appendReplacement(
          text,
          Matcher.quoteReplacement(
              variables.group(1).isEmpty() ? valueOrVariable(name) : "${" + name + "}"));
    }
    variables.appendTail(text);
    return call.evaluator()
        .references()
        .withStoredValues(ScalarNode.text(call.position(), text.toString()));
  }

  private String valueOrVariable(String name) throws UnresolvedException {
    try {
      String value = value(name);
      if (value == null) {
        throw call.evaluator().references().unknown(name, call.position());
      }
      return value;
    } catch (UnresolvedException e) {
      if (e.isWrong()) {
        throw e;
      }
      call.evaluator().report(e, "'${" + name + "}' stays in the text");
      return "${" + name + "}";
    }
  }

  private @Nullable String value(String name) throws UnresolvedException {
    Node given = values.get(name);
    if (given != null) {
      Node value = call.value(given);
      return value == null ? "" : call.joined(value, FORM);
    }
    if (name.equals(PseudoParameters.NO_VALUE)) {
      return "";
    }
    Optional<Node> found = call.evaluator().references().find(name, call.position());
    return found.isPresent() ? call.joined(found.get(), FORM) : null;
  }
}

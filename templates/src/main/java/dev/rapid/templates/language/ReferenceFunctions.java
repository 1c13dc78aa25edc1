package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.ScalarNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Functions that take a value from another place of the template, or from outside. */
final class ReferenceFunctions {

  private static final String ATTRIBUTE = "[resource, attribute] or 'resource.attribute'";

  private ReferenceFunctions() {}

  /** Gives the name itself if there is nothing with that name. */
  static @Nullable Node ref(Call call) throws UnresolvedException {
    String name = call.text(call.argument(), "the name of a parameter or a resource");
    if (name.equals(PseudoParameters.NO_VALUE)) {
      return null;
    }
    Optional<Node> value = call.evaluator().references().find(name, call.position());
    if (value.isPresent()) {
      return value.get();
    }
    UnresolvedException unknown = call.evaluator().references().unknown(name, call.position());
    if (name.startsWith(PseudoParameters.PREFIX)) {
      throw unknown;
    }
    call.evaluator().report(unknown, "the name is used");
    return ScalarNode.text(call.position(), name);
  }

  static Node attribute(Call call) throws UnresolvedException {
    String resource;
    String attribute;
    if (call.argument() instanceof ListNode) {
      List<Node> arguments = call.arguments(2, 2, ATTRIBUTE);
      resource = call.text(arguments.get(0), ATTRIBUTE);
      attribute = call.text(arguments.get(1), ATTRIBUTE);
    } else {
      String text = call.text(call.argument(), ATTRIBUTE);
      int dot = text.indexOf('.');
      if (dot < 1) {
        throw call.takes(ATTRIBUTE, call.argument());
      }
      resource = text.substring(0, dot);
      attribute = text.substring(dot + 1);
    }
    String value = call.evaluator().references().attribute(resource, attribute, call.position());
    if (value == null) {
      throw call.evaluator().references().unknown(resource + "." + attribute, call.position());
    }
    return ScalarNode.text(call.position(), value);
  }

  static Node importValue(Call call) throws UnresolvedException {
    String name = call.text(call.argument(), "the name of an export");
    String value = call.evaluator().references().export(name, call.position());
    if (value == null) {
      throw UnresolvedException.unknownReference(
          call.position(), "no stack here exports '" + name + "'", name);
    }
    return ScalarNode.text(call.position(), value);
  }

  static @Nullable Node findInMap(Call call) throws UnresolvedException {
    String form = "[mapping, key, key], and {DefaultValue: value} if you like";
    List<Node> arguments = call.arguments(3, 4, form);
    if (arguments.size() == 4
        && !(arguments.get(3) instanceof MapNode last && last.get("DefaultValue") != null)) {
      throw call.takes(form, call.argument());
    }
    String missing;
    try {
      String map = call.text(arguments.get(0), form);
      String first = call.text(arguments.get(1), form);
      String second = call.text(arguments.get(2), form);
      Node value = call.evaluator().mappings().find(map, first, second);
      if (value != null) {
        return call.value(value);
      }
      missing = call.evaluator().mappings().missing(map, first, second);
    } catch (UnresolvedException e) {
      if (e.isWrong() || arguments.size() == 3) {
        throw e;
      }
      missing = e.reason();
    }
    if (arguments.size() == 4 && arguments.get(3) instanceof MapNode last) {
      Node otherwise = last.get("DefaultValue");
      return otherwise == null ? null : call.evaluator().evaluate(otherwise, call.strict());
    }
    throw call.unknown(missing);
  }
}

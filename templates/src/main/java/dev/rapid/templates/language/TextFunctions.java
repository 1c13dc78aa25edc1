package dev.rapid.templates.language;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.ScalarNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Functions of texts. */
final class TextFunctions {

  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

  private TextFunctions() {}

  static Node join(Call call) throws UnresolvedException {
    String form = "[delimiter, list of texts]";
    List<Node> arguments = call.arguments(2, 2, form);
    String delimiter = call.text(arguments.get(0), form);
    List<String> parts = new ArrayList<>();
    for (Node item : call.items(arguments.get(1), form)) {
      parts.add(call.joined(item, form));
    }
    return ScalarNode.text(call.position(), String.join(delimiter, parts));
  }

  static Node split(Call call) throws UnresolvedException {
    String form = "[delimiter, text]";
    List<Node> arguments = call.arguments(2, 2, form);
    String delimiter = call.text(arguments.get(0), form);
    String text = call.text(arguments.get(1), form);
    if (delimiter.isEmpty()) {
      throw call.takes("a delimiter that is not empty", arguments.get(0));
    }
    return new ListNode(
        call.position(),
        Arrays.stream(text.split(Pattern.quote(delimiter), -1))
            .map(part -> (Node) ScalarNode.text(call.position(), part))
            .toList());
  }

  static Node base64(Call call) throws UnresolvedException {
    String text = call.text(call.argument(), "a text");
    return ScalarNode.text(
        call.position(), Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
  }

  static Node toJsonString(Call call) throws UnresolvedException {
    Node value = call.value(call.argument());
    if (value == null || value instanceof ScalarNode) {
      throw call.takes("a mapping or a list", call.argument());
    }
    return ScalarNode.text(call.position(), json(value));
  }

  static String json(Node node) {
    return switch (node) {
      case MapNode mapping ->
          mapping.entries().entrySet().stream()
              .map(entry -> quoted(entry.getKey()) + ":" + json(entry.getValue().value()))
              .collect(Collectors.joining(",", "{", "}"));
      case ListNode list ->
          list.items().stream().map(TextFunctions::json).collect(Collectors.joining(",", "[", "]"));
      case ScalarNode scalar when scalar.isNull() -> "null";
      case ScalarNode scalar when scalar.plain() && scalar.asBoolean().isPresent() ->
          scalar.asText();
      case ScalarNode scalar when scalar.plain() && JSON_NUMBER.matcher(scalar.text()).matches() ->
          scalar.text();
      case ScalarNode scalar -> quoted(scalar.text());
    };
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    JsonStringEncoder.getInstance().quoteAsString(text, json);
    return json.append('"').toString();
  }
}

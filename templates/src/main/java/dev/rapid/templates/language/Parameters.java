package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The values of parameters (contract templates-and-runtimes, section 3.1). */
final class Parameters {

  private static final String STORED = "AWS::SSM::Parameter::";

  private final MapNode declarations;
  private final Deployment deployment;
  private final Problems problems;

  Parameters(MapNode declarations, Deployment deployment, Problems problems) {
    this.declarations = declarations;
    this.deployment = deployment;
    this.problems = problems;
  }

  /** Returns the value of a parameter, null if it is not declared. */
  @Nullable Node value(String name, Position usedAt) {
    Node declared = declarations.get(name);
    if (declared == null) {
      return null;
    }
    MapNode declaration =
        declared instanceof MapNode mapping ? mapping : Nodes.emptyMap(declared.position());
    String type = Nodes.text(declaration.get("Type"), "String");
    String text = text(name, declaration, type);
    if (!isList(type)) {
      return ScalarNode.text(usedAt, text);
    }
    return new ListNode(
        usedAt,
        text.isBlank()
            ? List.of()
            : Arrays.stream(text.split(",", -1))
                .map(item -> (Node) ScalarNode.text(usedAt, item.strip()))
                .toList());
  }

  private String text(String name, MapNode declaration, String type) {
    String given = given(name);
    Node fallback = declaration.get("Default");
    if (given != null || fallback != null) {
      String text = given == null ? listed(fallback) : given;
      ParameterChecks.check(name, declarations.positionOf(name), declaration, text, problems);
      if (given == null && type.startsWith(STORED)) {
        problems.warn(
            declarations.positionOf(name),
            "parameter '"
                + name
                + "' is the name of a stored value, which is not read; the name is used."
                + " Give the value with --parameter "
                + name
                + "=VALUE");
      }
      return text;
    }
    problems.warn(
        declarations.positionOf(name),
        "parameter '"
            + name
            + "' has neither a value nor a default; its name is used. Give it with --parameter "
            + name
            + "=VALUE");
    return name;
  }

  private @Nullable String given(String name) {
    String ofUser = deployment.parameters().get(name);
    return ofUser == null ? deployment.stackParameters().get(name) : ofUser;
  }

  private static String listed(@Nullable Node value) {
    return value instanceof ListNode list
        ? list.items().stream().map(item -> Nodes.text(item, "")).collect(Collectors.joining(","))
        : Nodes.text(value, "");
  }

  private static boolean isList(String type) {
    return type.contains("List<") || type.contains("CommaDelimitedList");
  }
}

package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The macros that a template names (contract templates-and-runtimes, section 3.8). */
final class Macros {

  static final String INCLUDE = "AWS::Include";
  static final String LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions";

  private static final String SERVERLESS = "AWS::Serverless-2016-10-31";
  private static final String SERVERLESS_TYPES = "AWS::Serverless::";
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(SERVERLESS, LANGUAGE_EXTENSIONS, INCLUDE, "AWS::CodeDeployBlueGreen");

  private Macros() {}

  /** Returns what the section {@code Transform} lists: texts, or mappings with parameters. */
  static List<Node> of(MapNode root) {
    return switch (root.get(Sections.TRANSFORM)) {
      case null -> List.of();
      case ListNode list -> list.items();
      case Node one -> List.of(one);
    };
  }

  static boolean lists(MapNode root, String macro) {
    return of(root).stream().anyMatch(each -> nameOf(each).equals(macro));
  }

  /** Returns the name of a macro, empty if it has none. */
  static String nameOf(Node macro) {
    return macro instanceof MapNode mapping
        ? Nodes.text(mapping.get("Name"), "")
        : Nodes.text(macro, "");
  }

  /** Warns about macros that have no effect here, and about a missing one. */
  static void check(MapNode root, Problems problems) {
    for (Node macro : of(root)) {
      String name = nameOf(macro);
      if (!WITHOUT_EFFECT.contains(name) && !name.startsWith("AWS::SecretsManager-")) {
        problems.warn(
            macro.position(),
            "the macro '" + name + "' is not applied; the template is used as it is");
      }
    }
    Position serverless = firstServerless(root);
    if (serverless != null && !lists(root, SERVERLESS)) {
      problems.warn(
          serverless,
          "a template with resources of SAM needs 'Transform: "
              + SERVERLESS
              + "' in the cloud; it is read as if it were there");
    }
  }

  private static @Nullable Position firstServerless(MapNode root) {
    return Sections.of(root, Sections.RESOURCES).entries().values().stream()
        .flatMap(resource ->
            resource.value() instanceof MapNode mapping
                ? Stream.ofNullable(mapping.get("Type"))
                : Stream.empty())
        .filter(
            type -> type instanceof ScalarNode scalar && scalar.text().startsWith(SERVERLESS_TYPES))
        .map(Node::position)
        .findFirst()
        .orElse(null);
  }
}

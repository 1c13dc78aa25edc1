package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What a parameter's declaration demands of its value. CloudFormation refuses other values. */
final class ParameterChecks {

  private ParameterChecks() {}

  /** Warns if {@code text} is not a value that the declaration allows. */
  static void check(
      String name, Position position, MapNode declaration, String text, Problems problems) {
    String fault = fault(declaration, text);
    if (fault == null) {
      return;
    }
    boolean secret =
        declaration.get("NoEcho") instanceof ScalarNode noEcho && noEcho.asBoolean().orElse(false);
    problems.warn(
        position,
        "parameter '"
            + name
            + "'"
            + (secret ? "" : " has the value '" + text + "', which")
            + " "
            + fault
            + "; it is used nevertheless");
  }

  private static @Nullable String fault(MapNode declaration, String text) {
    String type = Nodes.text(declaration.get("Type"), "String");
    if (declaration.get("AllowedValues") instanceof ListNode allowed
        && !type.contains("List")
        && allowed.items().stream().noneMatch(item -> Nodes.text(item, "").equals(text))) {
      return "is not one of the AllowedValues";
    }
    if (type.equals("String")) {
      return faultOfText(declaration, text);
    }
    return type.equals("Number") ? faultOfNumber(declaration, text) : null;
  }

  private static @Nullable String faultOfText(MapNode declaration, String text) {
    String pattern = Nodes.text(declaration.get("AllowedPattern"), "");
    if (!pattern.isEmpty() && !matches(pattern, text)) {
      return "does not match the AllowedPattern '" + pattern + "'";
    }
    BigDecimal length = BigDecimal.valueOf(text.length());
    if (number(declaration.get("MinLength")).filter(min -> length.compareTo(min) < 0).isPresent()) {
      return "is shorter than MinLength";
    }
    return number(declaration.get("MaxLength")).filter(max -> length.compareTo(max) > 0).isPresent()
        ? "is longer than MaxLength"
        : null;
  }

  private static @Nullable String faultOfNumber(MapNode declaration, String text) {
    Optional<BigDecimal> value = new ScalarNode(declaration.position(), text, false).asNumber();
    if (value.isEmpty()) {
      return "is not a number";
    }
    if (number(declaration.get("MinValue"))
        .filter(min -> value.get().compareTo(min) < 0)
        .isPresent()) {
      return "is less than MinValue";
    }
    return number(declaration.get("MaxValue"))
            .filter(max -> value.get().compareTo(max) > 0)
            .isPresent()
        ? "is more than MaxValue"
        : null;
  }

  private static boolean matches(String pattern, String text) {
    try {
      return Pattern.matches(pattern, text);
    } catch (PatternSyntaxException ofAnotherDialect) {
      return true;
    }
  }

  private static Optional<BigDecimal> number(@Nullable Node node) {
    return node instanceof ScalarNode scalar ? scalar.asNumber() : Optional.empty();
  }
}

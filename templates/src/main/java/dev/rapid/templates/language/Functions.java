package dev.rapid.templates.language;

import dev.rapid.templates.document.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The functions of templates (contract templates-and-runtimes, section 3.4). */
final class Functions {

  private static final List<String> NAMES =
      List.of(
          "Ref",
          "Condition",
          "Fn::GetAtt",
          "Fn::Sub",
          "Fn::Join",
          "Fn::Select",
          "Fn::Split",
          "Fn::FindInMap",
          "Fn::ImportValue",
          "Fn::Base64",
          "Fn::If",
          "Fn::Equals",
          "Fn::And",
          "Fn::Or",
          "Fn::Not",
          "Fn::GetAZs",
          "Fn::Cidr",
          "Fn::Length",
          "Fn::ToJsonString",
          "Fn::Transform");

  private Functions() {}

  /** Returns the value of a function, null for {@code AWS::NoValue}. */
  static @Nullable Node call(Call call) throws UnresolvedException {
    return switch (call.function()) {
      case "Ref" -> ReferenceFunctions.ref(call);
      case "Condition" -> ConditionFunctions.condition(call);
      case "Fn::GetAtt" -> ReferenceFunctions.attribute(call);
      case "Fn::Sub" -> Substitution.substitute(call);
      case "Fn::Join" -> TextFunctions.join(call);
      case "Fn::Select" -> ListFunctions.select(call);
      case "Fn::Split" -> TextFunctions.split(call);
      case "Fn::FindInMap" -> ReferenceFunctions.findInMap(call);
      case "Fn::ImportValue" -> ReferenceFunctions.importValue(call);
      case "Fn::Base64" -> TextFunctions.base64(call);
      case "Fn::If" -> ConditionFunctions.choose(call);
      case "Fn::Equals" -> ConditionFunctions.equal(call);
      case "Fn::And" -> ConditionFunctions.and(call);
      case "Fn::Or" -> ConditionFunctions.or(call);
      case "Fn::Not" -> ConditionFunctions.not(call);
      case "Fn::GetAZs" -> ListFunctions.zones(call);
      case "Fn::Cidr" -> ListFunctions.cidr(call);
      case "Fn::Length" -> ListFunctions.length(call);
      case "Fn::ToJsonString" -> TextFunctions.toJsonString(call);
      default -> throw call.unknown(unknown(call.function()));
    };
  }

  /** People know the last part of a name; the mistake may be before it too. */
  private static String unknown(String function) {
    String last = function.substring(function.lastIndexOf(':') + 1);
    return "the function '"
        + function
        + "' is not known here"
        + NAMES.stream()
            .filter(name -> name.substring(name.lastIndexOf(':') + 1).equalsIgnoreCase(last))
            .findFirst()
            .map(name -> " (did you mean '" + name + "'?)")
            .orElseGet(() -> Similar.hint(function, NAMES));
  }
}

package dev.rapid.templates.language;

import dev.rapid.templates.document.Node;
import java.util.List;
import java.util.Locale;
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

  private static String unknown(String function) {
    String similar = similar(function);
    return "the function '"
        + function
        + "' is not known here"
        + (similar == null ? "" : ", did you mean '" + similar + "'?");
  }

  /** Returns a function whose name differs in its case or its end, null if there is none. */
  private static @Nullable String similar(String name) {
    String wanted = lastPart(name);
    return NAMES.stream()
        .filter(known -> lastPart(known).startsWith(wanted) || wanted.startsWith(lastPart(known)))
        .findFirst()
        .orElse(null);
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf(':') + 1).toLowerCase(Locale.ROOT);
  }
}

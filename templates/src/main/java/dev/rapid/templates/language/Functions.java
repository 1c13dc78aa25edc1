package dev.rapid.templates.language;

import dev.rapid.templates.document.Node;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The functions of templates (contract templates-and-runtimes, section 3.4). */
final class Functions {

  private static final Map<String, Function> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("Ref", ReferenceFunctions::ref),
              Map.entry("Fn::GetAtt", ReferenceFunctions::attribute),
              Map.entry("Fn::ImportValue", ReferenceFunctions::importValue),
              Map.entry("Fn::FindInMap", ReferenceFunctions::findInMap),
              Map.entry("Fn::Sub", Substitution::substitute),
              Map.entry("Fn::Join", TextFunctions::join),
              Map.entry("Fn::Split", TextFunctions::split),
              Map.entry("Fn::Base64", TextFunctions::base64),
              Map.entry("Fn::ToJsonString", TextFunctions::toJsonString),
              Map.entry("Fn::Select", ListFunctions::select),
              Map.entry("Fn::Length", ListFunctions::length),
              Map.entry("Fn::GetAZs", ListFunctions::zones),
              Map.entry("Fn::Cidr", ListFunctions::cidr),
              Map.entry("Fn::If", ConditionFunctions::choose),
              Map.entry("Fn::Equals", ConditionFunctions::equal),
              Map.entry("Fn::And", ConditionFunctions::and),
              Map.entry("Fn::Or", ConditionFunctions::or),
              Map.entry("Fn::Not", ConditionFunctions::not),
              Map.entry("Condition", ConditionFunctions::condition)));

  /** What a function does. */
  @FunctionalInterface
  private interface Function {
    /** Returns the value, null for {@code AWS::NoValue}. */
    @Nullable Node apply(Call call) throws UnresolvedException;
  }

  private Functions() {}

  static @Nullable Node call(Call call) throws UnresolvedException {
    Function function = BY_NAME.get(call.function());
    if (function == null) {
      String similar = similar(call.function());
      throw call.unknown(
          "the function "
              + Nodes.shortForm(call.function())
              + " is not known here"
              + (similar == null ? "" : ", did you mean " + Nodes.shortForm(similar) + "?"));
    }
    return function.apply(call);
  }

  /** Returns a function whose name differs in its case or its end, null if there is none. */
  private static @Nullable String similar(String name) {
    String wanted = lastPart(name);
    return BY_NAME.keySet().stream()
        .filter(known -> lastPart(known).startsWith(wanted) || wanted.startsWith(lastPart(known)))
        .findFirst()
        .orElse(null);
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf(':') + 1).toLowerCase(Locale.ROOT);
  }
}

package dev.rapid.azure.event;

import dev.rapid.azure.app.AppFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The route of an HTTP trigger, for example {@code items/{id:int}/{part?}} (contract
 * azure-functions-worker, section 14.3). It names parts of the path; a request whose path does not
 * fit has no route parameters.
 */
public final class Route {

  private static final String PREFIX = "/api/";

  /** A name, possibly with asterisks before it, and a constraint, a default or a mark behind it. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\{(\\*{0,2})([^{}*?:=]+)((?::[^{}=?]*(?:\\{[^{}]*})?[^{}=?]*)?)((?:=[^{}]*)?)(\\??)}");

  /** What a value must look like by the name of its constraint. Others are not checked. */
  private static final Map<String, String> CONSTRAINTS =
      Map.of(
          "int", "-?[0-9]+",
          "long", "-?[0-9]+",
          "bool", "(?i:true|false)",
          "alpha", "[A-Za-z]+",
          "decimal", "-?[0-9]*\\.?[0-9]+",
          "double", "-?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?",
          "float", "-?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?",
          "guid", "[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}");

  private static final String ANY = "[^/]+";

  private record Parameter(String name, String defaultValue) {}

  private final String template;
  private final List<Parameter> parameters = new ArrayList<>();
  private final Pattern path;

  private Route(String template) {
    this.template = template;
    StringBuilder regex = new StringBuilder();
    for (String segment : template.split("/", -1)) {
      add(segment, regex);
    }
    this.path = Pattern.compile(regex + "/?");
  }

  /** Returns the route of a function: its name unless the trigger has another one. */
  public static Route of(AppFunction function) {
    String route = function.trigger().options().path("route").asText();
    while (route.startsWith("/")) {
      route = route.substring(1);
    }
    return new Route(route.isEmpty() ? function.name() : route);
  }

  private void add(String segment, StringBuilder regex) {
    StringBuilder text = new StringBuilder("/");
    boolean optional = false;
    int end = 0;
    Matcher parameter = PARAMETER.matcher(segment);
    while (parameter.find()) {
      text.append(literal(segment.substring(end, parameter.start())));
      end = parameter.end();
      String defaultValue = parameter.group(4);
      boolean rest = !parameter.group(1).isEmpty();
      optional |= rest || !defaultValue.isEmpty() || !parameter.group(5).isEmpty();
      parameters.add(
          new Parameter(
              parameter.group(2), defaultValue.isEmpty() ? "" : defaultValue.substring(1)));
      text.append('(').append(rest ? ".*" : patternOf(parameter.group(3))).append(')');
    }
    text.append(literal(segment.substring(end)));
    // The slash before an optional part is optional too.
    regex.append(optional ? "(?:" + text + ")?" : text);
  }

  private static String literal(String text) {
    return text.isEmpty() ? "" : "(?i:" + Pattern.quote(Percent.escape(text)) + ")";
  }

  private static String patternOf(String constraint) {
    return constraint.isEmpty() ? ANY : CONSTRAINTS.getOrDefault(constraint.substring(1), ANY);
  }

  /**
   * Returns the values of the parameters in a path, decoded, with the defaults of those that are
   * not there.
   *
   * @param escapedPath with or without the prefix of HTTP functions
   */
  Map<String, String> parametersOf(String escapedPath) {
    Map<String, String> values = new LinkedHashMap<>();
    if (parameters.isEmpty()) {
      return values;
    }
    Matcher match = path.matcher(escapedPath);
    if (escapedPath.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
      Matcher behindPrefix = path.matcher(escapedPath.substring(PREFIX.length() - 1));
      match = behindPrefix.matches() ? behindPrefix : match;
    }
    if (match.matches()) {
      for (int i = 0; i < parameters.size(); i++) {
        String value = match.group(i + 1);
        String used = value == null ? parameters.get(i).defaultValue() : value;
        if (!used.isEmpty()) {
          values.put(parameters.get(i).name(), Percent.decode(used));
        }
      }
    }
    return values;
  }

  /** Returns a path that fits the route, with the values of its parameters, as far as given. */
  String pathWith(Map<String, String> values) {
    StringBuilder text = new StringBuilder(PREFIX.substring(0, PREFIX.length() - 1));
    for (String segment : template.split("/", -1)) {
      StringBuilder filled = new StringBuilder();
      Matcher parameter = PARAMETER.matcher(segment);
      while (parameter.find()) {
        String value = values.getOrDefault(parameter.group(2), "");
        parameter.appendReplacement(filled, Matcher.quoteReplacement(value));
      }
      parameter.appendTail(filled);
      if (!filled.isEmpty()) {
        text.append('/').append(filled);
      }
    }
    return text.toString();
  }
}

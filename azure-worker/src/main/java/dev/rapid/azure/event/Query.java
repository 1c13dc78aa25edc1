package dev.rapid.azure.event;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters behind the question mark of a URL, decoded and in their order. */
final class Query {

  private record Parameter(String name, String value) {}

  private final List<Parameter> parameters = new ArrayList<>();

  /** Reads what stands behind the question mark. A malformed escape stands for itself. */
  static Query parse(String raw) {
    Query query = new Query();
    for (String part : raw.split("&", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (!part.isEmpty()) {
        query.add(decode(name), equals < 0 ? "" : decode(part.substring(equals + 1)));
      }
    }
    return query;
  }

  private static String decode(String text) {
    return Percent.decode(text.replace('+', ' '));
  }

  /** Adds a parameter, whose name may be there already. */
  void add(String name, String value) {
    parameters.add(new Parameter(name, value));
  }

  /** Adds all parameters of another query. */
  void addAll(Query other) {
    parameters.addAll(other.parameters);
  }

  /** Removes all values of a name. */
  void remove(String name) {
    parameters.removeIf(each -> each.name().equals(name));
  }

  boolean isEmpty() {
    return parameters.isEmpty();
  }

  /** Returns the values by name; several are joined with a comma. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    for (Parameter each : parameters) {
      values.merge(each.name(), each.value(), (old, more) -> old + "," + more);
    }
    return values;
  }

  /** Returns the parameters as they stand in a URL. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Parameter each : parameters) {
      text.append(text.isEmpty() ? "" : "&")
          .append(encode(each.name()))
          .append('=')
          .append(encode(each.value()));
    }
    return text.toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

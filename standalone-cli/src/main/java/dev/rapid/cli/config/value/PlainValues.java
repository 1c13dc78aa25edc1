package dev.rapid.cli.config.value;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values as texts, numbers, truth values, lists and maps. */
public final class PlainValues {

  private PlainValues() {}

  /**
   * Returns a mapping as a map; members without a value are left out.
   *
   * @param subject what the mapping is, for messages
   * @throws UsageException if it is no mapping
   */
  public static Map<String, Object> of(String subject, Value value) {
    if (value instanceof Value.Members members) {
      return map(members);
    }
    throw Fields.fault(value.place(), subject + " takes members, 'name: value'");
  }

  private static Map<String, Object> map(Value.Members mapping) {
    Map<String, Object> map = new LinkedHashMap<>();
    mapping
        .members()
        .forEach((name, member) -> {
          if (!Fields.isNothing(member.value())) {
            map.put(name, plain(member.value()));
          }
        });
    return map;
  }

  private static Object plain(Value value) {
    return switch (value) {
      case Value.Members members -> map(members);
      case Value.Items items ->
          items.values().stream()
              .filter(item -> !Fields.isNothing(item))
              .map(PlainValues::plain)
              .toList();
      case Value.Text text ->
          switch (text.kind()) {
            case TEXT, NOTHING -> text.text();
            case TRUTH -> text.text().equals("true");
            case NUMBER -> number(text);
          };
    };
  }

  private static Object number(Value.Text number) {
    try {
      BigDecimal decimal = new BigDecimal(JsonText.of(number));
      return decimal.scale() == 0 ? (Object) decimal.longValueExact() : (Object) decimal;
    } catch (ArithmeticException e) {
      throw Fields.fault(number.place(), "the number is too large");
    }
  }
}

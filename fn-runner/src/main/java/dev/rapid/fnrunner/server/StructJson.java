package dev.rapid.fnrunner.server;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the JSON that a message of Protocol Buffers stands for. */
final class StructJson {

  /** Whole numbers below are written without a fraction. */
  private static final double EXACT = 1L << 53;

  private StructJson() {}

  static byte[] bytes(Struct struct) {
    return new JsonObject(JsonEscapes.REQUIRED).putAll(members(struct)).bytes();
  }

  private static Map<String, @Nullable Object> members(Struct struct) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    struct.getFieldsMap().forEach((name, value) -> members.put(name, of(value)));
    return members;
  }

  private static @Nullable Object of(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> value.getBoolValue();
      case NUMBER_VALUE -> number(value.getNumberValue());
      case STRUCT_VALUE -> members(value.getStructValue());
      case LIST_VALUE -> {
        List<@Nullable Object> values = new ArrayList<>();
        value.getListValue().getValuesList().forEach(each -> values.add(of(each)));
        yield values;
      }
      case NULL_VALUE, KIND_NOT_SET -> null;
    };
  }

  private static @Nullable Object number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return null;
    }
    if (value == Math.rint(value) && Math.abs(value) < EXACT) {
      return (long) value;
    }
    return value;
  }
}

package dev.rapid.kapacitor.agent;

import dev.rapid.kapacitor.ValueType;
import dev.rapid.kapacitor.protocol.Option;
import dev.rapid.kapacitor.protocol.OptionInfo;
import dev.rapid.kapacitor.protocol.OptionValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which options a function takes (contract kapacitor-udf, section 5.8). */
final class DeclaredOptions {

  private final Map<String, List<ValueType>> declared;

  DeclaredOptions(Map<String, List<ValueType>> declared) {
    this.declared = new TreeMap<>(declared);
  }

  /** Returns what a host learns of them. */
  Map<String, OptionInfo> info() {
    Map<String, OptionInfo> info = new TreeMap<>();
    declared.forEach((name, types) -> {
      OptionInfo.Builder option = OptionInfo.newBuilder();
      for (ValueType each : types) {
        option.addValueTypes(wireType(each));
      }
      info.put(name, option.build());
    });
    return info;
  }

  /** Returns what is wrong with the options of a use, null if nothing is. */
  @Nullable String fault(List<Option> options) {
    for (Option option : options) {
      String fault = fault(option);
      if (fault != null) {
        return "option \"" + option.getName() + "\": " + fault;
      }
    }
    return null;
  }

  private @Nullable String fault(Option option) {
    List<ValueType> types = declared.get(option.getName());
    if (types == null) {
      return "the function does not have it; it has "
          + (declared.isEmpty() ? "none" : String.join(", ", declared.keySet()));
    }
    if (types.size() != option.getValuesCount()) {
      return "it takes %d arguments, not %d".formatted(types.size(), option.getValuesCount());
    }
    for (int i = 0; i < types.size(); i++) {
      OptionValue value = option.getValues(i);
      if (value.getType() != wireType(types.get(i)) || !isOf(value, types.get(i))) {
        return "argument %d has to be of type %s, but is of type %s"
            .formatted(i + 1, types.get(i), nameOf(value));
      }
    }
    return null;
  }

  private static dev.rapid.kapacitor.protocol.ValueType wireType(ValueType type) {
    return switch (type) {
      case BOOL -> dev.rapid.kapacitor.protocol.ValueType.BOOL;
      case INT -> dev.rapid.kapacitor.protocol.ValueType.INT;
      case DOUBLE -> dev.rapid.kapacitor.protocol.ValueType.DOUBLE;
      case STRING -> dev.rapid.kapacitor.protocol.ValueType.STRING;
      case DURATION -> dev.rapid.kapacitor.protocol.ValueType.DURATION;
    };
  }

  /** A value that is not there stands for the zero of its type, as for all readers. */
  private static boolean isOf(OptionValue value, ValueType type) {
    return switch (value.getValueCase()) {
      case BOOLVALUE -> type == ValueType.BOOL;
      case INTVALUE -> type == ValueType.INT;
      case DOUBLEVALUE -> type == ValueType.DOUBLE;
      case STRINGVALUE -> type == ValueType.STRING;
      case DURATIONVALUE -> type == ValueType.DURATION;
      case VALUE_NOT_SET -> true;
    };
  }

  private static String nameOf(OptionValue value) {
    return value.getValueCase() == OptionValue.ValueCase.VALUE_NOT_SET
        ? value.getType().name()
        : value.getType() + " with a " + value.getValueCase();
  }
}

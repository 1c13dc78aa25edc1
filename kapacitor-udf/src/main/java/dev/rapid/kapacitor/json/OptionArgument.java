package dev.rapid.kapacitor.json;

import dev.rapid.kapacitor.UdfOption.Argument;
import dev.rapid.kapacitor.ValueType;
import dev.rapid.kapacitor.protocol.OptionValue;
import dev.rapid.kapacitor.protocol.OptionValue.ValueCase;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** One argument of an option (contract kapacitor-udf, section 8.3). */
final class OptionArgument {

  /** The longest number that is read; no useful one has as many characters. */
  private static final int MAX_NUMBER_LENGTH = 400;

  private OptionArgument() {}

  /** Returns an argument as a value of a type; null if it cannot be one. */
  static @Nullable OptionValue convert(Argument argument, ValueType wanted) {
    return switch (argument) {
      case Argument.Flag flag -> wanted == ValueType.BOOL ? bool(flag.value()) : null;
      case Argument.Number number ->
          switch (wanted) {
            case INT -> number.isInteger() ? integer(number.value()) : null;
            case DOUBLE -> real(number.value());
            case BOOL, STRING, DURATION -> null;
          };
      case Argument.Text text ->
          switch (wanted) {
            case STRING -> string(text.value());
            case DURATION -> duration(text.value());
            case BOOL, INT, DOUBLE -> null;
          };
      case Argument.Word word -> ofWord(word.value(), wanted);
    };
  }

  private static @Nullable OptionValue ofWord(String word, ValueType wanted) {
    return switch (wanted) {
      case BOOL ->
          switch (word) {
            case "true" -> bool(true);
            case "false" -> bool(false);
            default -> null;
          };
      case INT -> {
        char[] text = word.toCharArray();
        BigDecimal number = Integers.isDecimal(text, 0, text.length) ? numberOf(word) : null;
        yield number == null ? null : integer(number);
      }
      case DOUBLE -> {
        BigDecimal number = numberOf(word);
        yield number == null ? null : real(number);
      }
      case STRING -> string(word);
      case DURATION -> duration(word);
    };
  }

  private static @Nullable BigDecimal numberOf(String word) {
    try {
      return word.length() > MAX_NUMBER_LENGTH ? null : new BigDecimal(word);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static OptionValue bool(boolean value) {
    return OptionValue.newBuilder()
        .setType(dev.rapid.kapacitor.protocol.ValueType.BOOL)
        .setBoolValue(value)
        .build();
  }

  private static @Nullable OptionValue integer(BigDecimal number) {
    try {
      return OptionValue.newBuilder()
          .setType(dev.rapid.kapacitor.protocol.ValueType.INT)
          .setIntValue(number.longValueExact())
          .build();
    } catch (ArithmeticException e) {
      return null; // It has a fraction, or does not fit.
    }
  }

  private static @Nullable OptionValue real(BigDecimal number) {
    double value = number.doubleValue();
    return Double.isInfinite(value)
        ? null
        : OptionValue.newBuilder()
            .setType(dev.rapid.kapacitor.protocol.ValueType.DOUBLE)
            .setDoubleValue(value)
            .build();
  }

  private static OptionValue string(String text) {
    return OptionValue.newBuilder()
        .setType(dev.rapid.kapacitor.protocol.ValueType.STRING)
        .setStringValue(text)
        .build();
  }

  private static @Nullable OptionValue duration(String text) {
    Long nanos = DurationText.parse(text);
    return nanos == null
        ? null
        : OptionValue.newBuilder()
            .setType(dev.rapid.kapacitor.protocol.ValueType.DURATION)
            .setDurationValue(nanos)
            .build();
  }

  /** Returns the number of a type on the wire. */
  static int numberOf(ValueType type) {
    return dev.rapid.kapacitor.protocol.ValueType.valueOf(type.name()).getNumber();
  }

  /** Returns the type with a number of the wire, null if there is none. */
  static @Nullable ValueType typeOf(int number) {
    var known = dev.rapid.kapacitor.protocol.ValueType.forNumber(number);
    return known == null ? null : ValueType.valueOf(known.name());
  }

  /** Returns whether a value is of a type; one that is not set stands for its default. */
  static boolean hasType(OptionValue value, ValueType wanted) {
    ValueCase member =
        switch (wanted) {
          case BOOL -> ValueCase.BOOLVALUE;
          case INT -> ValueCase.INTVALUE;
          case DOUBLE -> ValueCase.DOUBLEVALUE;
          case STRING -> ValueCase.STRINGVALUE;
          case DURATION -> ValueCase.DURATIONVALUE;
        };
    ValueCase set = value.getValueCase();
    return value.getTypeValue() == numberOf(wanted)
        && (set == member || set == ValueCase.VALUE_NOT_SET);
  }

  /** Returns an argument for a message. */
  static String describe(Argument argument) {
    return switch (argument) {
      case Argument.Flag flag -> Boolean.toString(flag.value());
      case Argument.Number number -> number.value().toString();
      case Argument.Text text -> '"' + InvalidDataException.printable(text.value()) + '"';
      case Argument.Word word -> '"' + InvalidDataException.printable(word.value()) + '"';
    };
  }

  /** Returns a type for a message. */
  static String describe(ValueType type) {
    return switch (type) {
      case BOOL -> "a BOOL (true or false)";
      case INT -> "an INT (an integer of 64 bits)";
      case DOUBLE -> "a DOUBLE (a number)";
      case STRING -> "a STRING";
      case DURATION -> "a DURATION (such as 1m30s; units are ns, u, ms, s, m, h, d and w)";
    };
  }
}

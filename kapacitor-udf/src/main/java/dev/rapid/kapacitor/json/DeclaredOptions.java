package dev.rapid.kapacitor.json;

import dev.rapid.kapacitor.UdfOption;
import dev.rapid.kapacitor.UdfOption.Argument;
import dev.rapid.kapacitor.ValueType;
import dev.rapid.kapacitor.protocol.InfoResponse;
import dev.rapid.kapacitor.protocol.Option;
import dev.rapid.kapacitor.protocol.OptionInfo;
import dev.rapid.kapacitor.protocol.OptionValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The options that an agent or a function declares: the types of the arguments of each (contract
 * kapacitor-udf, sections 5.8 and 8.3). Immutable.
 */
public final class DeclaredOptions {

  private final Map<String, List<ValueType>> types;

  /**
   * @param types of the arguments in their order, by the name of the option
   */
  public DeclaredOptions(Map<String, List<ValueType>> types) {
    this.types = Map.copyOf(types);
  }

  /**
   * Returns what an agent declares.
   *
   * @throws InvalidOptionsException if it has a type that the protocol does not have
   */
  public static DeclaredOptions of(InfoResponse info) throws InvalidOptionsException {
    Map<String, List<ValueType>> types = new HashMap<>();
    for (Map.Entry<String, OptionInfo> option : info.getOptionsMap().entrySet()) {
      List<ValueType> arguments = new ArrayList<>();
      for (int number : option.getValue().getValueTypesValueList()) {
        ValueType type = OptionArgument.typeOf(number);
        if (type == null) {
          throw new InvalidOptionsException(
              "The agent declares the option "
                  + quoted(option.getKey())
                  + " with a type that the protocol does not have: "
                  + number);
        }
        arguments.add(type);
      }
      types.put(option.getKey(), arguments);
    }
    return new DeclaredOptions(types);
  }

  /** Returns what a host learns of the options. */
  public Map<String, OptionInfo> info() {
    Map<String, OptionInfo> info = new TreeMap<>();
    types.forEach((name, arguments) -> {
      OptionInfo.Builder option = OptionInfo.newBuilder();
      arguments.forEach(type -> option.addValueTypesValue(OptionArgument.numberOf(type)));
      info.put(name, option.build());
    });
    return info;
  }

  /**
   * Returns options as an agent gets them.
   *
   * @param options as the user has written them
   * @throws InvalidOptionsException if one is unknown, or has other arguments than are declared
   */
  public List<Option> convert(List<UdfOption> options) throws InvalidOptionsException {
    List<Option> converted = new ArrayList<>();
    for (UdfOption option : options) {
      List<ValueType> wanted = typesOf(option.name(), option.arguments().size());
      Option.Builder result = Option.newBuilder().setName(option.name());
      for (int i = 0; i < wanted.size(); i++) {
        Argument argument = option.arguments().get(i);
        OptionValue value = OptionArgument.convert(argument, wanted.get(i));
        if (value == null) {
          throw new InvalidOptionsException(
              OptionArgument.describe(argument)
                  + " is not "
                  + OptionArgument.describe(wanted.get(i))
                  + ", which the option "
                  + quoted(option.name())
                  + " has as argument "
                  + (i + 1)
                  + " of "
                  + wanted.size());
        }
        result.addValues(value);
      }
      converted.add(result.build());
    }
    return converted;
  }

  /**
   * Checks options that a host sends.
   *
   * @throws InvalidOptionsException if one is unknown, or has other arguments than are declared
   */
  public void check(List<Option> options) throws InvalidOptionsException {
    for (Option option : options) {
      List<ValueType> wanted = typesOf(option.getName(), option.getValuesCount());
      for (int i = 0; i < wanted.size(); i++) {
        if (!OptionArgument.hasType(option.getValues(i), wanted.get(i))) {
          throw new InvalidOptionsException(
              "Argument "
                  + (i + 1)
                  + " of the option "
                  + quoted(option.getName())
                  + " is not "
                  + OptionArgument.describe(wanted.get(i)));
        }
      }
    }
  }

  private List<ValueType> typesOf(String name, int arguments) throws InvalidOptionsException {
    List<ValueType> declared = types.get(name);
    if (declared == null) {
      throw new InvalidOptionsException(
          "The option "
              + quoted(name)
              + " is not declared; "
              + (types.isEmpty()
                  ? "there are no options"
                  : "there are " + String.join(", ", new TreeSet<>(types.keySet()))));
    }
    if (declared.size() != arguments) {
      throw new InvalidOptionsException(
          "The option "
              + quoted(name)
              + " has "
              + arguments
              + (arguments == 1 ? " argument" : " arguments")
              + "; declared are "
              + (declared.isEmpty()
                  ? "none"
                  : declared.size()
                      + ": "
                      + declared.stream().map(ValueType::name).collect(Collectors.joining(", "))));
    }
    return declared;
  }

  private static String quoted(String name) {
    return '"' + InvalidDataException.printable(name) + '"';
  }
}

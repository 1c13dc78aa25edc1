package dev.rapid.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command line.
 *
 * @param options the values of each given option, as written; a switch has the value {@code true}
 * @param command the function's command, empty if there is none
 * @param help whether help is asked for
 */
public record Arguments(Map<Option<?>, List<String>> options, List<String> command, boolean help)
    implements Source {

  /** An empty command line. */
  public static final Arguments NONE = new Arguments(Map.of(), List.of(), false);

  @Override
  public List<RawValue> values(Option<?> option) {
    List<RawValue> values = new ArrayList<>();
    for (String text : options.getOrDefault(option, List.of())) {
      if (option == Options.ENV) {
        // A variable may have several lines here.
        values.add(new RawValue(text, Origin.COMMAND_LINE));
      } else {
        values.addAll(option.split(text, Origin.COMMAND_LINE));
      }
    }
    return values;
  }
}

package dev.rapid.cli.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A function in the configuration file.
 *
 * @param name the name, which is its key
 * @param directory where the file is
 * @param values the values of its options, in order for each option
 */
record FunctionEntry(String name, Path directory, Map<Option<?>, List<RawValue>> values)
    implements Source {

  @Override
  public List<RawValue> values(Option<?> option) {
    return values.getOrDefault(option, List.of());
  }
}

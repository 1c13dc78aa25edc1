package dev.rapid.cli.config;

import dev.rapid.cli.config.value.UsageException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A configuration file in the format of {@link Properties}. */
final class PropertiesFile {

  private PropertiesFile() {}

  /**
   * Returns the values of all options that the file has.
   *
   * @param directory where the file is
   * @throws UsageException if something in it is wrong
   */
  static Map<Option<?>, List<RawValue>> parse(String name, String text, Path directory) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Cannot read " + name + ": " + e.getMessage());
    }
    Map<Option<?>, List<RawValue>> values = new HashMap<>();
    List<RawValue> variables = new ArrayList<>();
    properties.forEach((key, value) -> {
      String variable = ConfigFile.variableOf(key.toString());
      if (variable != null) {
        Origin origin = Origin.file(key.toString(), name, directory);
        variables.add(new RawValue(variable + "=" + value, origin));
      } else {
        Option<?> option = ConfigFile.option(key.toString(), name);
        Origin origin = Origin.file(option.key(), name, directory);
        values.put(option, option.split(value.toString(), origin));
      }
    });
    variables.addAll(values.getOrDefault(Options.ENV, List.of()));
    values.put(Options.ENV, variables);
    return values;
  }
}

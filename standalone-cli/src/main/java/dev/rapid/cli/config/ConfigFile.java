package dev.rapid.cli.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --config}. The end of its name says what it is: {@code .yaml} and {@code .yml}
 * are YAML ({@link YamlFile}), {@code .properties} is a Java properties file ({@link
 * PropertiesFile}).
 *
 * <p>Both map an option's name without hyphens to its value. A variable of the function may also be
 * a key of its own, {@code env.NAME}.
 */
final class ConfigFile {

  private static final String VARIABLE_PREFIX = Option.ENV.key() + ".";

  private ConfigFile() {}

  /**
   * Returns the values of all options that the file has, each option's in their order.
   *
   * @param name the file's name
   * @param text what is in it
   * @throws UsageException if something in it is wrong
   */
  static Map<Option, List<RawValue>> parse(String name, String text) {
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      return YamlFile.parse(name, text);
    }
    if (name.endsWith(".properties")) {
      return PropertiesFile.parse(name, text);
    }
    throw new UsageException(
        "Cannot read " + name + ": its name does not tell its format",
        "Give it a name that ends in .yaml, .yml or .properties.");
  }

  /** Returns the name of the function's variable that {@code key} stands for, null for none. */
  static @Nullable String variableOf(String key) {
    return key.startsWith(VARIABLE_PREFIX) && key.length() > VARIABLE_PREFIX.length()
        ? key.substring(VARIABLE_PREFIX.length())
        : null;
  }

  /**
   * Returns the option with this key. A file cannot name another one.
   *
   * @throws UsageException if there is none
   */
  static Option option(String key, String place) {
    List<Option> known = Option.inFiles();
    for (Option option : known) {
      if (option.key().equals(key)) {
        return option;
      }
    }
    String nearest = Similar.to(key, known.stream().map(Option::key).toList());
    throw new UsageException(
        place + ": there is no option '" + key + "'",
        nearest == null ? null : "Did you mean '" + nearest + "'?");
  }
}

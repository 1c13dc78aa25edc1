package dev.rapid.cli.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --config}. Its extension determines its format: {@code .yaml} and {@code .yml}
 * are YAML ({@link YamlFile}), {@code .properties} is a Java properties file ({@link
 * PropertiesFile}).
 *
 * <p>Both map an option's name without hyphens to its value. A variable of the function may also be
 * a key of its own, {@code env.NAME}.
 *
 * @param values the values of all options in the file, in order for each option
 */
record ConfigFile(Map<Option<?>, List<RawValue>> values) implements Source {

  /** No file. */
  static final ConfigFile NONE = new ConfigFile(Map.of());

  @Override
  public List<RawValue> values(Option<?> option) {
    return values.getOrDefault(option, List.of());
  }

  /**
   * Returns what a file contains.
   *
   * @throws UsageException if it cannot be read or something in it is wrong
   */
  static ConfigFile read(String name, ProcessContext context) {
    return parse(name, TextFiles.read(name, context));
  }

  /**
   * Returns what a file contains.
   *
   * @param name the file's name
   * @param text what is in it
   * @throws UsageException if something in it is wrong
   */
  static ConfigFile parse(String name, String text) {
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      return new ConfigFile(YamlFile.parse(name, text));
    }
    if (name.endsWith(".properties")) {
      return new ConfigFile(PropertiesFile.parse(name, text));
    }
    throw new UsageException(
        "Cannot read " + name + ": its name does not tell its format",
        "Give it a name that ends in .yaml, .yml or .properties.");
  }

  /** Returns the name of the function's variable that {@code key} sets, null for none. */
  static @Nullable String variableOf(String key) {
    String prefix = Option.ENV.key() + ".";
    return key.startsWith(prefix) && key.length() > prefix.length()
        ? key.substring(prefix.length())
        : null;
  }

  /**
   * Returns the option with this key. {@link Option#CONFIG} is not one: a file cannot name another
   * file.
   *
   * @param place where the key is, for the message
   * @throws UsageException if there is none
   */
  static Option<?> option(String key, String place) {
    List<Option<?>> known =
        Option.all().stream().filter(option -> option != Option.CONFIG).toList();
    for (Option<?> option : known) {
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

package dev.rapid.cli.config;

import dev.rapid.cli.config.value.Similar;
import dev.rapid.cli.config.value.UsageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --config}. Its extension determines its format: {@code .yaml} and {@code .yml}
 * are YAML ({@link YamlFile}), {@code .properties} is a Java properties file ({@link
 * PropertiesFile}).
 *
 * <p>Both map an option's name without hyphens to its value. A variable of the function may also be
 * a key of its own, {@code env.NAME}. A YAML file may also describe several functions.
 *
 * @param name the name of the file as the user wrote it
 * @param values the values of all options in the file, in order for each option
 * @param functions the functions in their order, empty if the file has no key {@link #FUNCTIONS}
 */
record ConfigFile(String name, Map<Option<?>, List<RawValue>> values, List<FunctionEntry> functions)
    implements Source {

  /** The key of the functions. */
  static final String FUNCTIONS = "functions";

  /** No file. */
  static final ConfigFile NONE = new ConfigFile("", Map.of(), List.of());

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
    return parse(name, TextFiles.read(name, context), context);
  }

  /**
   * Returns what a file contains.
   *
   * @param name the file's name
   * @param text what is in it
   * @param context where its name is relative to, and the variables that it may use
   * @throws UsageException if something in it is wrong
   */
  static ConfigFile parse(String name, String text, ProcessContext context) {
    Path file = context.directory().resolve(name);
    Path parent = file.getParent();
    ProcessContext there = context.in(parent == null ? context.directory() : parent);
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      return YamlFile.parse(name, text, there);
    }
    if (name.endsWith(".properties")) {
      return new ConfigFile(name, PropertiesFile.parse(name, text, there.directory()), List.of());
    }
    throw new UsageException(
        "Cannot read " + name + ": its name does not tell its format",
        "Give it a name that ends in .yaml, .yml or .properties.");
  }

  /** Returns the name of the function's variable that {@code key} sets, null for none. */
  static @Nullable String variableOf(String key) {
    String prefix = Options.ENV.key() + ".";
    return key.startsWith(prefix) && key.length() > prefix.length()
        ? key.substring(prefix.length())
        : null;
  }

  /**
   * Returns the option that is this key at the top of a file. {@link Options#CONFIG} is not one: a
   * file cannot name another file.
   *
   * @param place where the key is, for the message
   * @throws UsageException if there is none
   */
  static Option<?> option(String key, String place) {
    List<Option<?>> known = Options.ofFiles();
    if (isKeyOf(known, key)) {
      return option(key, place, known, "option", List.of(FUNCTIONS));
    }
    if (isKeyOf(Options.ofFunctions(), key)) {
      throw new UsageException(
          place + ": '" + key + "' belongs to a function, below '" + FUNCTIONS + "'");
    }
    return option(key, place, known, "option", List.of(FUNCTIONS));
  }

  /**
   * Returns the option that is this key of a function.
   *
   * @param place where the key is, for the message
   * @throws UsageException if functions have no such option
   */
  static Option<?> functionOption(String key, String place) {
    if (key.equals(Options.FUNCTION_NAME.key())) {
      throw new UsageException(
          place + ": a function's name is its key in '" + FUNCTIONS + "', not '" + key + "'");
    }
    List<Option<?>> known = Options.ofFunctions();
    if (!isKeyOf(known, key) && isKeyOf(Options.ofFiles(), key)) {
      throw new UsageException(
          place + ": '" + key + "' is not an option of one function, but of the whole program",
          "Write it at the top of the file.");
    }
    return option(key, place, known, "option of a function", List.of());
  }

  private static boolean isKeyOf(List<Option<?>> options, String key) {
    return options.stream().anyMatch(option -> option.key().equals(key));
  }

  private static Option<?> option(
      String key, String place, List<Option<?>> known, String kind, List<String> others) {
    for (Option<?> option : known) {
      if (option.key().equals(key)) {
        return option;
      }
    }
    List<String> keys = Stream.concat(known.stream().map(Option::key), others.stream()).toList();
    String nearest = Similar.to(key, keys);
    throw new UsageException(
        place + ": there is no " + kind + " '" + key + "'",
        nearest == null ? null : "Did you mean '" + nearest + "'?");
  }
}

package dev.rapid.cli.config;

import dev.rapid.cli.config.Option.Check;
import dev.rapid.cli.config.Option.Form;
import dev.rapid.cli.config.Option.Range;
import dev.rapid.cli.config.Option.Reading;
import dev.rapid.cli.config.value.Value;
import dev.rapid.emulator.settings.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link Option}: the words in which the table is written. The last one is {@link #help}.
 *
 * @param <T> the type of the value
 */
final class OptionBuilder<T> {

  final String key;
  final @Nullable String label;
  final Form form;
  final Reading<T> reading;
  Set<Command> commands = EnumSet.of(Command.SERVE, Command.INVOKE, Command.UDF);
  boolean ofFile = true;
  boolean ofCommandLine = true;
  boolean ofFunction;
  boolean negatable;
  List<String> functionVariables = List.of();
  @Nullable String defaultValue;
  Predicate<String> secret = text -> false;
  List<? extends Enum<?>> constants = List.of();
  @Nullable Range range;
  @Nullable String pattern;

  OptionBuilder(String key, @Nullable String label, Form form, Reading<T> reading) {
    this.key = key;
    this.label = label;
    this.form = form;
    this.reading = reading;
  }

  /**
   * Only these commands have it; unless the table says so, {@code serve}, {@code invoke} and {@code
   * udf} do.
   */
  OptionBuilder<T> onlyIn(Command... those) {
    commands = EnumSet.copyOf(List.of(those));
    return this;
  }

  /** It is no key of a file. */
  OptionBuilder<T> notInFiles() {
    ofFile = false;
    return this;
  }

  /** Other users of the machine must not see its value. */
  OptionBuilder<T> notOnCommandLine() {
    ofCommandLine = false;
    return this;
  }

  /** Only a file has a value. */
  OptionBuilder<T> onlyInFiles() {
    commands = EnumSet.noneOf(Command.class);
    return this;
  }

  /** The command line also has the opposite, {@code --no-NAME}, and there is no default. */
  OptionBuilder<T> negatable() {
    negatable = true;
    defaultValue = null;
    return this;
  }

  /** Each function in the file may have its own value. */
  OptionBuilder<T> ofFunction() {
    ofFunction = true;
    return this;
  }

  /** Only a function in the file has a value. */
  OptionBuilder<T> onlyInFunctions() {
    ofFile = false;
    return onlyInFiles().ofFunction();
  }

  OptionBuilder<T> functionVariables(String... names) {
    functionVariables = List.of(names);
    return this;
  }

  OptionBuilder<T> otherwise(String text) {
    defaultValue = text;
    return this;
  }

  /** The value must not appear in messages, except for some texts. */
  OptionBuilder<T> secretUnless(Predicate<String> harmless) {
    secret = harmless.negate();
    return this;
  }

  /** The value, or each value, is one of these. */
  OptionBuilder<T> constants(List<? extends Enum<?>> values) {
    constants = values;
    return this;
  }

  /** The value is a number in this range. */
  OptionBuilder<T> range(Range value) {
    range = value;
    return this;
  }

  /** All values match this regular expression, which editors check. */
  OptionBuilder<T> pattern(String regex) {
    pattern = regex;
    return this;
  }

  /**
   * Returns the option.
   *
   * @param table what it is added to
   * @param text its description for people
   */
  Option<T> help(List<Option<?>> table, String text) {
    Option<T> option = new Option<>(this, text);
    table.add(option);
    return option;
  }

  // ------------------------------------------------------------------ the first words

  static <T> OptionBuilder<T> value(String key, String label, Function<String, T> check) {
    return inContext(key, label, (text, context) -> check.apply(text));
  }

  static <T> OptionBuilder<T> inContext(String key, String label, Check<T> check) {
    return single(key, label, Form.SINGLE, check);
  }

  static <T> OptionBuilder<T> json(String key, String label, Check<T> check) {
    return single(key, label, Form.JSON, check);
  }

  static OptionBuilder<Boolean> toggle(String key) {
    return single(key, null, Form.SWITCH, (text, context) -> Conversions.truth(text))
        .otherwise("false");
  }

  static <T> OptionBuilder<T> single(
      String key, @Nullable String label, Form form, Check<T> check) {
    return new OptionBuilder<>(
        key,
        label,
        form,
        (option, values, context) -> option.checked(values.getLast(), context, check));
  }

  static <E extends Enum<E>> OptionBuilder<E> choice(String key, String label, List<E> constants) {
    return value(key, label, text -> Conversions.constant(constants, text)).constants(constants);
  }

  static OptionBuilder<Integer> count(String key, int least, int most) {
    return value(key, "NUMBER", text -> Checks.count(text, least, most))
        .range(new Range(least, most, false));
  }

  static OptionBuilder<Duration> seconds(String key, Range range) {
    return value(key, "SECONDS", text -> Conversions.seconds(text, range)).range(range);
  }

  static OptionBuilder<List<String>> words(String key, String label) {
    return severalOf(key, label, Form.WORDS, (text, context) -> Conversions.word(text));
  }

  static <E> OptionBuilder<List<E>> list(String key, String label, Function<String, E> check) {
    return listInContext(key, label, (text, context) -> check.apply(text));
  }

  static <E> OptionBuilder<List<E>> listInContext(String key, String label, Check<E> check) {
    return severalOf(key, label, Form.LIST, check);
  }

  private static <E> OptionBuilder<List<E>> severalOf(
      String key, String label, Form form, Check<E> ofOne) {
    return new OptionBuilder<>(
        key,
        label,
        form,
        (option, values, context) -> {
          List<E> list = new ArrayList<>();
          for (RawValue value : values) {
            list.add(option.checked(value, context, ofOne));
          }
          return list;
        });
  }

  static OptionBuilder<Map<String, String>> variables(String key, String label) {
    return named(key, label, text -> text).secretUnless(text -> false);
  }

  /**
   * Values by name.
   *
   * @param check what a value is
   */
  static <V> OptionBuilder<Map<String, V>> named(
      String key, String label, Function<String, V> check) {
    Check<Map.Entry<String, V>> ofOne =
        (text, context) -> {
          Map.Entry<String, String> entry = Conversions.variable(text);
          return Map.entry(entry.getKey(), check.apply(entry.getValue()));
        };
    return new OptionBuilder<>(
        key,
        label,
        Form.NAMED,
        (option, values, context) -> {
          Map<String, V> named = new LinkedHashMap<>();
          for (RawValue value : values) {
            Map.Entry<String, V> entry = option.checked(value, context, ofOne);
            named.put(entry.getKey(), entry.getValue());
          }
          return named;
        });
  }

  /**
   * Values that begin with a name, which may repeat.
   *
   * @param check what a name and its value are together
   */
  static <E> OptionBuilder<List<E>> severalNamed(
      String key, String label, Function<String, E> check) {
    return severalOf(key, label, Form.NAMED, (text, context) -> check.apply(text));
  }

  /** A structure of lists and mappings, which only a file has. */
  static OptionBuilder<Value> structure(String key) {
    return new OptionBuilder<Value>(
            key,
            "STRUCTURE",
            Form.STRUCTURE,
            (option, values, context) -> Objects.requireNonNull(values.getLast().structure()))
        .onlyInFiles();
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static String seconds(Duration duration) {
    return Long.toString(duration.toSeconds());
  }
}

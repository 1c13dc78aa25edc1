package dev.rapid.cli.config;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.Checks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An option: its name, type and check, default, the commands that have it, and help. {@link
 * Options} and the tables that it names are the table of all options.
 *
 * <p>An option has one name for three places: {@code --function-name} on the command line, {@code
 * RAPID_FUNCTION_NAME} in the environment and {@code function-name} in the configuration file.
 * {@link Values} decides which place takes precedence. The options that describe a function may
 * also be keys of one function in the file.
 *
 * @param <T> the type of the value
 */
public final class Option<T> {

  /**
   * The numbers that an option takes.
   *
   * @param fractions whether they may have fractions
   */
  record Range(long least, long most, boolean fractions) {

    /** Any duration. */
    static final Range SECONDS = seconds(Duration.ZERO, Checks.MAX_DURATION);

    static Range seconds(Duration least, Duration most) {
      return new Range(least.toSeconds(), most.toSeconds(), true);
    }
  }

  /** Makes the value of an option from its texts. A single value always has a text. */
  interface Reading<T> {
    T read(Option<T> option, List<RawValue> values, ProcessContext context);
  }

  /** Converts one text. Throws the exceptions of {@link Conversions}. */
  interface Check<T> {
    T apply(String text, ProcessContext context);
  }

  /** How a value is written. */
  enum Form {
    /** The last one counts. */
    SINGLE,
    /** A switch: true if its name is on the command line, where it takes no value. */
    SWITCH,
    /** JSON; in a file of YAML it may also be the structure itself. The last one counts. */
    JSON,
    /** All count, and commas separate several in one text. */
    LIST,
    /** All count, and blanks separate several in one text. */
    WORDS,
    /** Values with names. All count, and several in one text are on lines of their own. */
    NAMED,
    /** Lists and mappings inside each other. The last one counts. */
    STRUCTURE
  }

  private final String key;
  private final @Nullable String label;
  private final Form form;
  private final Reading<T> reading;
  private final Set<Command> commands;
  private final boolean ofFile;
  private final boolean ofFunction;
  private final boolean ofCommandLine;
  private final boolean negatable;
  private final List<String> functionVariables;
  private final @Nullable String defaultValue;
  private final Predicate<String> secret;
  private final List<? extends Enum<?>> constants;
  private final @Nullable Range range;
  private final @Nullable String pattern;
  private final String help;

  Option(OptionBuilder<T> builder, String help) {
    this.key = builder.key;
    this.label = builder.label;
    this.form = builder.form;
    this.reading = builder.reading;
    this.commands = builder.commands;
    this.ofFile = builder.ofFile;
    this.ofFunction = builder.ofFunction;
    this.ofCommandLine = builder.ofCommandLine;
    this.negatable = builder.negatable;
    this.functionVariables = builder.functionVariables;
    this.defaultValue = builder.defaultValue;
    this.secret = builder.secret;
    this.constants = builder.constants;
    this.range = builder.range;
    this.pattern = builder.pattern;
    this.help = help;
  }

  // ------------------------------------------------------------------ what readers need

  /** Returns the name in the configuration file. */
  public String key() {
    return key;
  }

  /** Returns the name on the command line. */
  public String flag() {
    return "--" + key;
  }

  /** Returns the name of the environment variable. */
  public String variable() {
    return "RAPID_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /**
   * Returns the variables of Rapid's own environment that take precedence over the default, the
   * strongest first. They are Lambda's own variables, so their meaning is the same for Rapid.
   */
  List<String> functionVariables() {
    return functionVariables;
  }

  /** Returns the placeholder of the value in the help, null for a switch. */
  @Nullable String label() {
    return label;
  }

  /** Returns the default as text, null if it is not fixed. */
  @Nullable String defaultValue() {
    return defaultValue;
  }

  /** Returns the description for people. */
  String help() {
    return help;
  }

  /** Returns whether the command line of a command has this option. */
  public boolean isIn(Command command) {
    return ofCommandLine && commands.contains(command);
  }

  /** Returns whether each function in the file may have its own value. */
  boolean isOfFunction() {
    return ofFunction;
  }

  /** Returns whether it may be a key of a file. */
  boolean isOfFile() {
    return ofFile || ofFunction;
  }

  /** Returns whether neither the command line nor the environment has a value. */
  boolean isOnlyInFile() {
    return commands.isEmpty();
  }

  /** Returns whether there is no value except that of a function in the file. */
  boolean isOnlyInFunctions() {
    return ofFunction && !ofFile;
  }

  /** Returns whether the command line also has the opposite of this switch. */
  boolean isNegatable() {
    return negatable;
  }

  /** Returns whether several values may be given. */
  boolean isRepeatable() {
    return form == Form.LIST || form == Form.WORDS || form == Form.NAMED;
  }

  /** Returns whether the value is JSON. */
  boolean isJson() {
    return form == Form.JSON;
  }

  /** Returns whether it is a switch: true or false. */
  boolean isSwitch() {
    return form == Form.SWITCH;
  }

  /** Returns whether each value has a name. */
  boolean isNamed() {
    return form == Form.NAMED;
  }

  /** Returns whether the value is a structure. */
  boolean isStructure() {
    return form == Form.STRUCTURE;
  }

  /** Returns whether several values in one text are separated by commas. */
  boolean isList() {
    return form == Form.LIST;
  }

  /** Returns the words that are values, in the order of the help; empty if others are too. */
  List<String> words() {
    return constants.stream().map(OptionBuilder::word).toList();
  }

  /** Returns the numbers that are values, null if it takes no numbers. */
  @Nullable Range range() {
    return range;
  }

  /** Returns a regular expression that all values match, null if there is none. */
  @Nullable String pattern() {
    return pattern;
  }

  /** Returns the values in one text. */
  List<RawValue> split(String text, Origin origin) {
    List<RawValue> values = new ArrayList<>();
    switch (form) {
      case SINGLE, SWITCH, JSON, STRUCTURE -> values.add(new RawValue(text, origin));
      case LIST -> {
        for (String part : text.split(",", -1)) {
          values.add(new RawValue(part.strip(), origin));
        }
      }
      case WORDS -> {
        for (String word : Words.of(text)) {
          values.add(new RawValue(word, origin));
        }
      }
      case NAMED -> {
        for (String line : text.lines().toList()) {
          if (!line.isBlank()) {
            values.add(new RawValue(line, origin));
          }
        }
      }
    }
    return values;
  }

  /**
   * Converts texts to the value.
   *
   * @param values the texts of the chosen place; not empty unless the option {@link #isRepeatable}
   * @throws UsageException if one is wrong
   */
  T read(List<RawValue> values, ProcessContext context) {
    return reading.read(this, values, context);
  }

  <V> V checked(RawValue value, ProcessContext context, Check<V> check) {
    Path ofFile = value.origin().directory();
    try {
      return check.apply(value.text(), ofFile == null ? context : context.in(ofFile));
    } catch (IllegalArgumentException e) {
      throw invalid(value, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns the refusal of a value.
   *
   * @param why the rest of a sentence whose subject is the value
   */
  UsageException invalid(RawValue value, String why) {
    String shown = secret.test(value.text()) ? "it " : "'" + value.text() + "' ";
    return new UsageException(
        "Invalid value for " + flag() + ": " + shown + why + value.origin().inWords());
  }

  @Override
  public String toString() {
    return flag();
  }
}

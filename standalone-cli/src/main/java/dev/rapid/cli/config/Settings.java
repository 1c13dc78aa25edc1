package dev.rapid.cli.config;

import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.invokeapi.url.WebPages;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the options of a command line, an environment and a configuration file into typed settings.
 * {@link Values} decides which place takes precedence; {@link FunctionOptions} reads one function.
 *
 * <p>The functions are those of the file, or the one of the command line.
 *
 * <p>All methods throw {@link UsageException} if a value is wrong; the message names its origin.
 */
public final class Settings {

  /** The variable by which a runtime learns how many invocations it may run at once. */
  public static final String MAX_CONCURRENCY_VARIABLE = "AWS_LAMBDA_MAX_CONCURRENCY";

  private final Arguments arguments;
  private final ProcessContext context;
  private final Values values;

  /**
   * Creates settings from a command line, and reads the configuration file if there is one.
   *
   * @throws UsageException if the configuration file cannot be read or contains something wrong
   */
  public Settings(Arguments arguments, ProcessContext context) {
    this.arguments = arguments;
    this.context = context;
    this.values = new Values(arguments, context);
  }

  /** Returns the value of an option that has a default or may be given several times. */
  public <T> T get(Option<T> option) {
    return values.get(option);
  }

  /** Returns the value of an option, null if it has none. */
  public <T> @Nullable T find(Option<T> option) {
    return values.find(option);
  }

  /**
   * Returns the name that the user chose for Rapid, null if only the default or the function's
   * environment has one.
   */
  public @Nullable String chosenFunctionName() {
    return values.isChosen(Option.FUNCTION_NAME) ? get(Option.FUNCTION_NAME) : null;
  }

  /** Returns whether the command line has a command to run. */
  public boolean hasCommand() {
    return !arguments.command().isEmpty();
  }

  /** Returns whether the configuration file describes functions. */
  public boolean hasFunctions() {
    return !values.file().functions().isEmpty();
  }

  // ------------------------------------------------------------------ the description

  /** Returns the settings of {@code rapid serve}. */
  public ProgramSettings programToServe() {
    List<FunctionSettings> functions = functions().stream().map(FunctionOptions::toServe).toList();
    HostPort controlApi = get(Option.CONTROL_API_ADDRESS);
    boolean controlled = get(Option.CONTROL_API);
    HostPort functionUrl = find(Option.FUNCTION_URL_ADDRESS);
    if (functions.size() > 1 && controlled) {
      throw refuseForSeveral(Option.CONTROL_API, functions);
    }
    if (functions.size() > 1 && functionUrl != null) {
      throw refuseForSeveral(Option.FUNCTION_URL_ADDRESS, functions);
    }
    return new ProgramSettings(
        functions,
        List.of(),
        new Listeners(get(Option.LISTEN), functionUrl, controlled ? controlApi : null, null),
        frontEnd(),
        hosts(),
        Set.copyOf(get(Option.STRICT)),
        totalConcurrency(functions));
  }

  /**
   * Returns the settings of {@code rapid invoke}. It has one function and no listener for callers,
   * and ignores the options of the front end.
   */
  public ProgramSettings programToInvoke() {
    List<FunctionOptions> functions = functions();
    if (functions.size() > 1) {
      throw new UsageException(
          values.file().name() + " has several functions: " + names(),
          "Choose one with " + Option.FUNCTION_NAME + ".");
    }
    return new ProgramSettings(
        List.of(functions.getFirst().toInvoke()),
        List.of(),
        Listeners.callersAt(get(Option.LISTEN)),
        FrontEnd.DEFAULT,
        hosts(),
        Set.copyOf(get(Option.STRICT)),
        null);
  }

  /** Returns whether an environment enables SnapStart. */
  public static boolean isSnapStart(Map<String, String> environment) {
    return FunctionOptions.isSnapStart(environment);
  }

  /** Returns the functions: those of the file, or the one of the command line. */
  private List<FunctionOptions> functions() {
    List<FunctionEntry> entries = values.file().functions();
    if (entries.isEmpty()) {
      return List.of(FunctionOptions.ofCommandLine(values, context, arguments.command()));
    }
    if (!arguments.command().isEmpty()) {
      throw new UsageException(
          "There is a COMMAND, and " + values.file().name() + " has functions",
          "A function of the file has its own command; leave one out.");
    }
    String chosen = chosenFunctionName();
    List<FunctionOptions> functions =
        entries.stream()
            .filter(entry -> chosen == null || entry.name().equals(chosen))
            .map(entry -> FunctionOptions.of(entry, values, context))
            .toList();
    if (functions.isEmpty()) {
      throw Option.FUNCTION_NAME.invalid(
          values.written(Option.FUNCTION_NAME),
          "is no function of " + values.file().name() + ", which has " + names());
    }
    return functions;
  }

  private String names() {
    return String.join(", ", values.file().functions().stream().map(FunctionEntry::name).toList());
  }

  private UsageException refuseForSeveral(Option<?> option, List<FunctionSettings> functions) {
    return option.invalid(
        values.written(option),
        "is for one function, and "
            + values.file().name()
            + " has "
            + functions.size()
            + ": "
            + names());
  }

  /**
   * Returns the limit of all functions together, null if there is none. As in the cloud, functions
   * cannot reserve more than there is.
   */
  private @Nullable Integer totalConcurrency(List<FunctionSettings> functions) {
    Integer total = find(Option.TOTAL_CONCURRENCY);
    int reserved =
        functions.stream()
            .map(function -> function.concurrency().reserved())
            .filter(Objects::nonNull)
            .mapToInt(Integer::intValue)
            .sum();
    if (total != null && reserved > total) {
      throw Option.TOTAL_CONCURRENCY.invalid(
          values.written(Option.TOTAL_CONCURRENCY),
          "is less than what is reserved (" + Option.RESERVED_CONCURRENCY + "), " + reserved);
    }
    return total;
  }

  private FrontEnd frontEnd() {
    return new FrontEnd(
        get(Option.RESPONSE_SHAPING),
        get(Option.STREAM_ERRORS),
        get(Option.ASYNC_DRAIN),
        new WebPages(find(Option.INVOKE_CORS), get(Option.ALLOWED_ORIGIN)));
  }

  /**
   * Returns the host names that requests may use, besides those that are always allowed. They
   * include the hosts that the user chose for listeners.
   */
  private List<String> hosts() {
    Stream<HostPort> listening =
        Stream.of(
                find(Option.LISTEN),
                find(Option.RUNTIME_API_ADDRESS),
                find(Option.CONTROL_API_ADDRESS),
                find(Option.FUNCTION_URL_ADDRESS))
            .filter(Objects::nonNull);
    return Stream.concat(get(Option.ALLOWED_HOST).stream(), listening.map(HostPort::host)).toList();
  }
}

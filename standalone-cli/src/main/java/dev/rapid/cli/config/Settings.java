package dev.rapid.cli.config;

import dev.rapid.bootstrap.launch.ExtensionsDirectory;
import dev.rapid.core.function.InitializationType;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.invokeapi.async.AsyncSettings;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.invokeapi.url.WebPages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the options of a command line, an environment and a configuration file into typed settings.
 * {@link Values} decides which place takes precedence.
 *
 * <p>All methods throw {@link UsageException} if a value is wrong; the message names its origin.
 */
public final class Settings {

  /** The variable by which a runtime learns how many invocations it may run at once. */
  public static final String MAX_CONCURRENCY_VARIABLE = "AWS_LAMBDA_MAX_CONCURRENCY";

  private static final Duration SNAPSTART_INIT_TIMEOUT = Duration.ofSeconds(130);
  private static final String INITIALIZATION_TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE";
  private static final String SNAP_START_VARIABLE =
      INITIALIZATION_TYPE + "=" + InitializationType.SNAP_START.wireName();

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

  // ------------------------------------------------------------------ the description

  /** Returns the settings of {@code rapid serve}. */
  public ProgramSettings programToServe() {
    HostPort controlApi = get(Option.CONTROL_API_ADDRESS);
    FunctionSettings function = function();
    return new ProgramSettings(
        List.of(function),
        new Listeners(
            get(Option.LISTEN),
            find(Option.FUNCTION_URL_ADDRESS),
            get(Option.CONTROL_API) ? controlApi : null),
        frontEnd(),
        hosts(),
        Set.copyOf(get(Option.STRICT)),
        totalConcurrency(List.of(function)));
  }

  /**
   * Returns the settings of {@code rapid invoke}. It has no listener for callers, and ignores the
   * options of the front end.
   */
  public ProgramSettings programToInvoke() {
    return new ProgramSettings(
        List.of(function(concurrencyOptions().ofOneSandbox())),
        Listeners.callersAt(get(Option.LISTEN)),
        FrontEnd.DEFAULT,
        hosts(),
        Set.copyOf(get(Option.STRICT)),
        null);
  }

  /** Returns the settings of the function, with the command of the command line. */
  public FunctionSettings function() {
    return function(concurrencyOptions().ofFleet());
  }

  private FunctionSettings function(ConcurrencySettings concurrency) {
    List<String> command = arguments.command();
    SandboxOptions sandbox = sandboxOptions();
    FunctionSettings.Builder function =
        FunctionSettings.builder(command, directory())
            .handler(find(Option.HANDLER))
            .inherited(context.environment())
            .variables(variables())
            .name(get(Option.FUNCTION_NAME))
            .version(get(Option.FUNCTION_VERSION))
            .region(region())
            .accountId(get(Option.ACCOUNT_ID))
            .memoryMegabytes(get(Option.MEMORY))
            .timeout(get(Option.TIMEOUT))
            .initTimeout(initTimeout())
            .logFormat(get(Option.LOG_FORMAT))
            .framedLog(get(Option.FRAMED_LOG))
            .concurrency(concurrency)
            .url(url())
            .async(async())
            .sandbox(command.isEmpty() ? sandbox.withoutExternalExtensions() : sandbox);
    HostPort runtimeApi = find(Option.RUNTIME_API_ADDRESS);
    return (runtimeApi == null ? function : function.runtimeApi(runtimeApi)).build();
  }

  private ConcurrencyOptions concurrencyOptions() {
    return new ConcurrencyOptions(values, variables(), arguments.command().isEmpty(), snapStart());
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

  private SandboxOptions sandboxOptions() {
    Path extensions =
        Objects.requireNonNullElse(find(Option.EXTENSIONS_DIR), ExtensionsDirectory.LOCATION);
    boolean switchedOff = ExtensionsDirectory.isSwitchedOff();
    return new SandboxOptions(
        switchedOff ? null : extensions,
        context.directory(),
        switchedOff,
        snapStart(),
        get(Option.RESTORE_TIMEOUT),
        get(Option.SHUTDOWN_GRACE),
        get(Option.TELEMETRY));
  }

  private UrlSettings url() {
    return new UrlSettings(
        get(Option.FUNCTION_URL_MODE) == UrlInvokeMode.RESPONSE_STREAM,
        get(Option.FUNCTION_URL_AUTH) == UrlAuthType.AWS_IAM,
        find(Option.FUNCTION_URL_CORS));
  }

  private AsyncSettings async() {
    return new AsyncSettings(
        get(Option.ASYNC_ATTEMPTS), get(Option.ASYNC_RETRY_BASE), get(Option.ASYNC_MAX_AGE));
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

  // ------------------------------------------------------------------ values of several options

  /**
   * Returns how long the first init may take, zero for no limit, null for the usual time. With
   * SnapStart it is usually as long as in the cloud (contract runtime-extensions-telemetry, section
   * 8, row 11).
   */
  private @Nullable Duration initTimeout() {
    Duration chosen = find(Option.INIT_TIMEOUT);
    if (chosen != null) {
      return chosen;
    }
    if (!snapStart()) {
      return null;
    }
    Duration timeout = get(Option.TIMEOUT);
    boolean longer = timeout.isZero() || timeout.compareTo(SNAPSTART_INIT_TIMEOUT) > 0;
    return longer ? timeout : SNAPSTART_INIT_TIMEOUT;
  }

  /**
   * Returns whether the runtime is restored before its first invocation: by the option, or else by
   * the function's environment (contract lambda-2026-additions, section 4).
   */
  private boolean snapStart() {
    return values.isChosen(Option.SNAPSTART)
        ? get(Option.SNAPSTART)
        : isSnapStart(context.environment())
            || arguments
                .options()
                .getOrDefault(Option.ENV, List.of())
                .contains(SNAP_START_VARIABLE);
  }

  /** Returns whether an environment enables SnapStart. */
  public static boolean isSnapStart(Map<String, String> environment) {
    return InitializationType.SNAP_START.wireName().equals(environment.get(INITIALIZATION_TYPE));
  }

  /** Returns the function's own variables. */
  private Map<String, String> variables() {
    Map<String, String> fromFile = find(Option.ENV_FILE);
    Map<String, String> variables = new LinkedHashMap<>(fromFile == null ? Map.of() : fromFile);
    variables.putAll(get(Option.ENV));
    return variables;
  }

  /** Returns the working directory of the function, an absolute path. */
  private Path directory() {
    return Objects.requireNonNullElse(find(Option.CWD), context.directory());
  }

  private String region() {
    String region = find(Option.REGION);
    if (region != null) {
      return region;
    }
    for (Map<String, String> place : List.of(context.environment(), variables())) {
      for (String name : List.of("AWS_REGION", "AWS_DEFAULT_REGION")) {
        String value = place.get(name);
        if (value != null && !value.isEmpty()) {
          return value;
        }
      }
    }
    return FunctionSettings.DEFAULT_REGION;
  }
}

package dev.rapid.cli.config;

import dev.rapid.bootstrap.launch.ExtensionsDirectory;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.core.function.InitializationType;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.invokeapi.async.AsyncSettings;
import dev.rapid.invokeapi.url.UrlSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The options that describe one function. */
final class FunctionOptions {

  private static final Duration SNAPSTART_INIT_TIMEOUT = Duration.ofSeconds(130);
  private static final String INITIALIZATION_TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE";

  private final Values values;
  private final ProcessContext context;
  private final String name;
  private final List<String> command;
  private final @Nullable HostPort runtimeApi;
  private final Map<String, String> variables;

  /**
   * Reads the function's variables.
   *
   * @param context its directory is the function's, unless an option says otherwise
   * @param command empty if the user starts the runtime
   * @param runtimeApi the address of the Runtime API, null for the usual one
   * @throws UsageException if a variable is wrong
   */
  private FunctionOptions(
      Values values,
      ProcessContext context,
      String name,
      List<String> command,
      @Nullable HostPort runtimeApi) {
    this.values = values;
    this.context = context;
    this.name = name;
    this.command = command;
    this.runtimeApi = runtimeApi;
    this.variables = variables(values);
  }

  /** Returns the function of a command line. */
  static FunctionOptions ofCommandLine(
      Values values, ProcessContext context, List<String> command) {
    return new FunctionOptions(
        values,
        context,
        values.get(Options.FUNCTION_NAME),
        command,
        values.find(Options.RUNTIME_API_ADDRESS));
  }

  /**
   * Returns a function of the configuration file.
   *
   * <p>A chosen address of the Runtime API is for the functions whose runtime the user starts.
   */
  static FunctionOptions of(FunctionEntry entry, Values all, ProcessContext context) {
    Values values = all.of(entry);
    List<String> command = values.get(Options.COMMAND);
    return new FunctionOptions(
        values,
        context.in(entry.directory()),
        entry.name(),
        command,
        command.isEmpty() ? values.find(Options.RUNTIME_API_ADDRESS) : null);
  }

  /** Returns the settings for {@code rapid serve}. */
  FunctionSettings toServe() {
    return settings(concurrency().ofFleet());
  }

  /** Returns the settings for {@code rapid invoke}. */
  FunctionSettings toInvoke() {
    return settings(concurrency().ofOneSandbox());
  }

  private ConcurrencyOptions concurrency() {
    return new ConcurrencyOptions(values, variables, command.isEmpty(), snapStart());
  }

  private FunctionSettings settings(ConcurrencySettings concurrency) {
    SandboxOptions sandbox = sandbox();
    FunctionSettings.Builder function =
        FunctionSettings.builder(
                command, Objects.requireNonNullElse(values.find(Options.CWD), context.directory()))
            .handler(values.find(Options.HANDLER))
            .inherited(context.environment())
            .variables(variables)
            .name(name)
            .version(values.get(Options.FUNCTION_VERSION))
            .region(region())
            .accountId(values.get(Options.ACCOUNT_ID))
            .memoryMegabytes(values.get(Options.MEMORY))
            .timeout(values.get(Options.TIMEOUT))
            .initTimeout(initTimeout())
            .logFormat(values.get(Options.LOG_FORMAT))
            .framedLog(values.get(Options.FRAMED_LOG))
            .concurrency(concurrency)
            .url(url())
            .async(async())
            .sandbox(command.isEmpty() ? sandbox.withoutExternalExtensions() : sandbox);
    return (runtimeApi == null ? function : function.runtimeApi(runtimeApi)).build();
  }

  private SandboxOptions sandbox() {
    Path extensions =
        Objects.requireNonNullElse(
            values.find(Options.EXTENSIONS_DIR), ExtensionsDirectory.LOCATION);
    boolean switchedOff = ExtensionsDirectory.isSwitchedOff();
    return new SandboxOptions(
        switchedOff ? null : extensions,
        context.directory(),
        switchedOff,
        snapStart(),
        values.get(Options.RESTORE_TIMEOUT),
        values.get(Options.SHUTDOWN_GRACE),
        values.get(Options.TELEMETRY));
  }

  private UrlSettings url() {
    return new UrlSettings(
        values.get(Options.FUNCTION_URL_MODE) == UrlInvokeMode.RESPONSE_STREAM,
        values.get(Options.FUNCTION_URL_AUTH) == UrlAuthType.AWS_IAM,
        null,
        values.find(Options.FUNCTION_URL_CORS));
  }

  private AsyncSettings async() {
    return new AsyncSettings(
        values.get(Options.ASYNC_ATTEMPTS),
        values.get(Options.ASYNC_RETRY_BASE),
        values.get(Options.ASYNC_MAX_AGE));
  }

  /**
   * Returns how long the first init may take, zero for no limit, null for the usual time. With
   * SnapStart it is usually as long as in the cloud (contract runtime-extensions-telemetry, section
   * 8, row 11).
   */
  private @Nullable Duration initTimeout() {
    Duration chosen = values.find(Options.INIT_TIMEOUT);
    if (chosen != null) {
      return chosen;
    }
    if (!snapStart()) {
      return null;
    }
    Duration timeout = values.get(Options.TIMEOUT);
    boolean longer = timeout.isZero() || timeout.compareTo(SNAPSTART_INIT_TIMEOUT) > 0;
    return longer ? timeout : SNAPSTART_INIT_TIMEOUT;
  }

  /**
   * Returns whether the runtime is restored before its first invocation: by the option, or else by
   * the function's environment (contract lambda-2026-additions, section 4).
   */
  private boolean snapStart() {
    return values.isChosen(Options.SNAPSTART)
        ? values.get(Options.SNAPSTART)
        : isSnapStart(context.environment()) || isSnapStart(variables);
  }

  /** Returns whether an environment enables SnapStart. */
  static boolean isSnapStart(Map<String, String> environment) {
    return InitializationType.SNAP_START.wireName().equals(environment.get(INITIALIZATION_TYPE));
  }

  /** Returns the function's own variables. */
  private static Map<String, String> variables(Values values) {
    Map<String, String> fromFile = values.find(Options.ENV_FILE);
    Map<String, String> variables = new LinkedHashMap<>(fromFile == null ? Map.of() : fromFile);
    variables.putAll(values.get(Options.ENV));
    return variables;
  }

  private String region() {
    String region = values.find(Options.REGION);
    if (region != null) {
      return region;
    }
    for (Map<String, String> place : List.of(context.environment(), variables)) {
      for (String variable : List.of("AWS_REGION", "AWS_DEFAULT_REGION")) {
        String value = place.get(variable);
        if (value != null && !value.isEmpty()) {
          return value;
        }
      }
    }
    return FunctionSettings.DEFAULT_REGION;
  }
}

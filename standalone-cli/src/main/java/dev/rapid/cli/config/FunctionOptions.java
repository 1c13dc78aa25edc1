package dev.rapid.cli.config;

import dev.rapid.bootstrap.launch.ExtensionsDirectory;
import dev.rapid.cli.config.value.PlainValues;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.cli.config.value.Value;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.LogFormat;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FnBinding;
import dev.rapid.emulator.settings.FunctionListing;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.emulator.settings.WorkerContract;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.async.Destination;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The options that describe one function. */
final class FunctionOptions {

  private static final Duration SNAPSTART_INIT_TIMEOUT = Duration.ofSeconds(130);

  /** The folder of external extensions in a layer. */
  private static final String EXTENSIONS = "extensions";

  private static final String INITIALIZATION_TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE";

  private static final String ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL";

  /** The name of all services in {@link ManagedOptions#ENDPOINTS}. */
  static final String ALL_SERVICES = "all";

  private static final String LOG_LEVEL_VARIABLE = "AWS_LAMBDA_LOG_LEVEL";

  private final Values values;
  private final ProcessContext context;
  private final String name;
  private final List<String> command;
  private final @Nullable HostPort runtimeApi;
  private final Map<String, String> variables;
  private final FunctionStart start;
  private final WorkerContract contract;
  private final @Nullable AppFunctionStart ofApp;

  /** Null unless an agent of Kapacitor runs the function. */
  private final @Nullable KapacitorSettings agent;

  /**
   * Reads the function's variables.
   *
   * @param context its directory is the function's, unless an option says otherwise
   * @param command empty if its runtime says what starts it, or the user does
   * @param ofApp what starts a function of Azure Functions, null for another one
   * @throws UsageException if an option is wrong
   */
  private FunctionOptions(
      Values values,
      ProcessContext context,
      LazyRuntimes runtimes,
      String name,
      List<String> command,
      boolean ofFile,
      @Nullable AppFunctionStart ofApp) {
    this.values = values;
    this.context = context;
    this.name = name;
    this.command = command;
    this.variables = variables(values);
    this.contract = contract(values);
    this.ofApp = ofApp;
    this.agent =
        contract == WorkerContract.KAPACITOR_UDF
            ? KapacitorChoices.agent(values, context, name, command)
            : null;
    this.start = start(runtimes);
    if (isFdk()) {
      checkFdk();
    }
    // In a file, a chosen address of the Runtime API is for runtimes that the user starts.
    this.runtimeApi = ofFile && !isAttached() ? null : values.find(Options.RUNTIME_API_ADDRESS);
  }

  /** Returns the function of a command line; an app of Azure Functions may have several. */
  static List<FunctionOptions> ofCommandLine(
      Values values, ProcessContext context, LazyRuntimes runtimes, List<String> command) {
    if (contract(values) == WorkerContract.AZURE_FUNCTIONS) {
      String chosen =
          values.isChosen(Options.FUNCTION_NAME) ? values.get(Options.FUNCTION_NAME) : null;
      return AppFunctionStart.ofCommandLine(values, context, chosen, command).stream()
          .map(function ->
              new FunctionOptions(
                  values, context, runtimes, function.name(), command, false, function))
          .toList();
    }
    return List.of(
        new FunctionOptions(
            values, context, runtimes, values.get(Options.FUNCTION_NAME), command, false, null));
  }

  /** Returns a function of the configuration file. */
  static FunctionOptions of(
      FunctionEntry entry, Values all, ProcessContext context, LazyRuntimes runtimes) {
    Values values = all.of(entry);
    ProcessContext there = context.in(entry.directory());
    List<String> command = values.get(Options.COMMAND);
    AppFunctionStart ofApp =
        contract(values) == WorkerContract.AZURE_FUNCTIONS
            ? AppFunctionStart.ofEntry(values, there, entry.name(), command)
            : null;
    return new FunctionOptions(values, there, runtimes, entry.name(), command, true, ofApp);
  }

  private static WorkerContract contract(Values values) {
    return values.get(
        values.isChosen(WorkerOptions.WORKER) ? WorkerOptions.WORKER : WorkerOptions.CONTRACT);
  }

  /** Returns the name by which callers invoke it. */
  String name() {
    return name;
  }

  /** Returns what the user should know about the function's runtime. */
  List<Message> messages() {
    List<Message> messages = new ArrayList<>(start.messages());
    AsyncSettings async = async();
    for (Destination destination :
        Arrays.asList(async.onSuccess(), async.onFailure(), async.deadLetters())) {
      if (destination instanceof Destination.OfService(var arn, var service, var endpoint)
          && endpoint == null) {
        messages.add(
            new Message(
                LogLevel.WARN,
                name
                    + " delivers nothing to "
                    + arn
                    + ", because "
                    + ManagedOptions.ENDPOINTS
                    + " has no address of "
                    + service));
      }
    }
    return messages;
  }

  private FunctionStart start(LazyRuntimes runtimes) {
    Path code = Objects.requireNonNullElse(values.find(ManagedOptions.CODE), context.directory());
    String reason = values.find(ManagedOptions.NOT_RUNNABLE);
    String runtime = values.find(ManagedOptions.RUNTIME);
    if (ofApp != null) {
      return ofApp.start(context.environment(), variables);
    }
    if (command.isEmpty() && reason != null) {
      return FunctionStart.impossible(code, variables, reason);
    }
    if (!command.isEmpty() || runtime == null) {
      return FunctionStart.of(command, code, context.environment(), variables);
    }
    return ManagedStart.of(values, runtimes, name, runtime, code, variables);
  }

  /** Returns the settings for {@code rapid serve}. */
  FunctionSettings toServe() {
    return settings(concurrency().ofFleet())
        .udf(
            values.isChosen(KapacitorOptions.UDF)
                ? KapacitorChoices.onSocket(values, context)
                : null)
        .build();
  }

  /** Returns the settings for {@code rapid invoke}. */
  FunctionSettings toInvoke() {
    return settings(concurrency().ofOneSandbox()).build();
  }

  /** Returns the settings for {@code rapid udf}. */
  FunctionSettings toExpose() {
    return settings(concurrency().ofOneSandbox())
        .udf(KapacitorChoices.onStreams(values, context))
        .build();
  }

  private ConcurrencyOptions concurrency() {
    return new ConcurrencyOptions(values, variables, isAttached(), snapStart(), contract);
  }

  /** An agent without a command is a connection, which Rapid makes. */
  private boolean isAttached() {
    return start.isAttached() && agent == null;
  }

  /** The default of Fn is another one than Lambda's. */
  private int memoryMegabytes() {
    return isFdk() && !values.isChosen(Options.MEMORY)
        ? FunctionSettings.FDK_MEMORY_MEGABYTES
        : values.get(Options.MEMORY);
  }

  private boolean isFdk() {
    return contract == WorkerContract.FN_HTTP_STREAM;
  }

  /** A function with an FDK is a command, and there is nothing of it that could be restored. */
  private void checkFdk() {
    if (command.isEmpty() && values.find(ManagedOptions.NOT_RUNNABLE) == null) {
      throw refuseFdk("needs a command that Rapid starts");
    }
    if (snapStart()) {
      throw refuseFdk("does not go together with SnapStart, which is for runtimes of Lambda");
    }
  }

  private UsageException refuseFdk(String why) {
    Option<?> option =
        values.isChosen(WorkerOptions.WORKER) ? WorkerOptions.WORKER : WorkerOptions.CONTRACT;
    return option.invalid(values.written(option), why);
  }

  private FunctionSettings.Builder settings(ConcurrencySettings concurrency) {
    SandboxOptions sandbox = sandbox();
    Value fn = values.find(FnOptions.FN);
    FunctionSettings.Builder function =
        FunctionSettings.builder(
                start.command(),
                Objects.requireNonNullElse(values.find(Options.CWD), start.taskRoot()))
            .handler(values.find(Options.HANDLER))
            .inherited(start.inherited())
            .variables(start.variables())
            .name(name)
            .version(values.get(Options.FUNCTION_VERSION))
            .region(region())
            .accountId(values.get(Options.ACCOUNT_ID))
            .memoryMegabytes(memoryMegabytes())
            .timeout(timeout())
            .initTimeout(initTimeout())
            .logFormat(values.get(Options.LOG_FORMAT))
            .framedLog(values.get(Options.FRAMED_LOG))
            .concurrency(concurrency)
            .url(url())
            .async(async())
            .logGroup(values.find(ManagedOptions.LOG_GROUP))
            .listing(listing())
            .contract(contract)
            .responseHeadBytes(ofWorkers().headBytes())
            .fn(fn == null ? FnBinding.NONE : FnReader.binding(fn))
            .azure(ofApp == null ? null : ofApp.settings())
            .kapacitor(agent)
            .sources(sources())
            .sandbox(
                start.command().isEmpty() || contract != WorkerContract.LAMBDA_RUNTIME_API
                    ? sandbox.withoutExternalExtensions()
                    : sandbox);
    if (values.find(ManagedOptions.CODE) != null || !start.command().equals(command)) {
      function.taskRoot(start.taskRoot());
    }
    return runtimeApi == null ? function : function.runtimeApi(runtimeApi);
  }

  private SandboxOptions sandbox() {
    Path layers = start.layerRoot();
    Path extensions =
        Objects.requireNonNullElse(
            values.find(Options.EXTENSIONS_DIR),
            layers == null ? ExtensionsDirectory.LOCATION : layers.resolve(EXTENSIONS));
    boolean switchedOff = ExtensionsDirectory.isSwitchedOff();
    return new SandboxOptions(
        switchedOff ? null : extensions,
        context.directory(),
        switchedOff,
        snapStart(),
        restoreTimeout(),
        values.get(Options.SHUTDOWN_GRACE),
        values.get(Options.TELEMETRY));
  }

  /** Returns where the function's code comes from; inline code comes from the file itself. */
  private List<Path> sources() {
    List<Path> sources = new ArrayList<>();
    Path code = values.find(ManagedOptions.CODE);
    if (ofApp != null) {
      return ofApp.sources();
    }
    if (agent != null && agent.socket() != null) {
      return sources;
    }
    if (code != null) {
      sources.add(code);
    } else if (values.find(ManagedOptions.INLINE_CODE) == null) {
      sources.add(Objects.requireNonNullElse(values.find(Options.CWD), context.directory()));
    }
    sources.addAll(values.get(ManagedOptions.LAYERS));
    return sources;
  }

  /** Returns how callers see the function. */
  private FunctionListing listing() {
    return new FunctionListing(
        values.get(ManagedOptions.NAMES),
        VersionsReader.read(
            values.find(ManagedOptions.VERSIONS), values.find(ManagedOptions.ALIASES)),
        values.find(ManagedOptions.RUNTIME),
        values.find(ManagedOptions.CODE),
        details(),
        start.notRunnable());
  }

  private Map<String, Object> details() {
    Value details = values.find(ManagedOptions.DETAILS);
    Map<String, Object> members = new LinkedHashMap<>();
    if (values.get(Options.LOG_FORMAT) == LogFormat.JSON) {
      Map<String, Object> levels = new LinkedHashMap<>();
      putLevel(levels, "ApplicationLogLevel", ManagedOptions.APPLICATION_LOG_LEVEL);
      putLevel(levels, "SystemLogLevel", ManagedOptions.SYSTEM_LOG_LEVEL);
      if (!levels.isEmpty()) {
        members.put("LoggingConfig", levels);
      }
    }
    if (details != null) {
      members.putAll(PlainValues.of("'details'", details));
    }
    return members;
  }

  private void putLevel(
      Map<String, Object> members, String name, Option<ApplicationLogLevel> option) {
    ApplicationLogLevel level = values.find(option);
    if (level != null) {
      members.put(name, level.name());
    }
  }

  private UrlSettings url() {
    return new UrlSettings(
        values.get(Options.FUNCTION_URL_MODE) == UrlInvokeMode.RESPONSE_STREAM,
        values.get(Options.FUNCTION_URL_AUTH) == UrlAuthType.AWS_IAM,
        values.find(ManagedOptions.FUNCTION_URL_QUALIFIER),
        values.find(Options.FUNCTION_URL_CORS));
  }

  private AsyncSettings async() {
    String hookSecret = values.find(AsyncOptions.ASYNC_HOOK_SECRET);
    return new AsyncSettings(
        values.get(AsyncOptions.ASYNC_ATTEMPTS),
        values.get(AsyncOptions.ASYNC_RETRY_BASE),
        values.get(AsyncOptions.ASYNC_MAX_AGE),
        destination(AsyncOptions.ASYNC_ON_SUCCESS, hookSecret),
        destination(AsyncOptions.ASYNC_ON_FAILURE, hookSecret),
        destination(AsyncOptions.ASYNC_DEAD_LETTERS, hookSecret));
  }

  private @Nullable Destination destination(
      Option<DestinationText> option, @Nullable String hookSecret) {
    DestinationText text = values.find(option);
    if (text == null) {
      return null;
    }
    FunctionIdentity source =
        new FunctionIdentity(
            name, region(), values.get(Options.ACCOUNT_ID), values.get(Options.FUNCTION_VERSION));
    try {
      return text.in(
          new DestinationText.Surroundings(
              source, functionsByName(), values.get(ManagedOptions.ENDPOINTS), hookSecret));
    } catch (IllegalArgumentException e) {
      throw option.invalid(values.written(option), String.valueOf(e.getMessage()));
    }
  }

  /** Returns the names of all functions, by all names that they answer to. */
  private Map<String, String> functionsByName() {
    Map<String, String> functions = new LinkedHashMap<>();
    List<FunctionEntry> entries = values.file().functions();
    for (FunctionEntry entry : entries) {
      functions.put(entry.name(), entry.name());
    }
    for (FunctionEntry entry : entries) {
      values
          .of(entry)
          .get(ManagedOptions.NAMES)
          .forEach(other -> functions.putIfAbsent(other, entry.name()));
    }
    if (entries.size() <= 1) {
      functions.put(name, name);
      functions.putIfAbsent(FunctionIdentity.ALIAS, name);
    }
    return functions;
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
    if (isFdk()) {
      return ofWorkers().initTimeout();
    }
    if (ofApp != null) {
      return ofApp.initTimeout(snapStart());
    }
    if (!snapStart() || agent != null) {
      return null;
    }
    Duration timeout = timeout();
    boolean longer = timeout.isZero() || timeout.compareTo(SNAPSTART_INIT_TIMEOUT) > 0;
    return longer ? timeout : SNAPSTART_INIT_TIMEOUT;
  }

  /** The host.json of an app may have another default. */
  private Duration timeout() {
    return ofApp == null || values.isChosen(Options.TIMEOUT)
        ? values.get(Options.TIMEOUT)
        : ofApp.timeout();
  }

  private Duration restoreTimeout() {
    return ofApp == null || values.isChosen(Options.RESTORE_TIMEOUT)
        ? values.get(Options.RESTORE_TIMEOUT)
        : ofApp.restoreTimeout();
  }

  private FnReader.OfWorkers ofWorkers() {
    FnReader.Section section = isFdk() ? values.fnRunner() : null;
    return section == null ? FnReader.OfWorkers.DEFAULT : section.ofWorkers();
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
  static Map<String, String> variables(Values values) {
    Map<String, String> variables = new LinkedHashMap<>();
    values
        .get(ManagedOptions.ENDPOINTS)
        .forEach((service, url) -> variables.put(endpointVariable(service), url));
    Map<String, String> fromFile = values.find(Options.ENV_FILE);
    variables.putAll(fromFile == null ? Map.of() : fromFile);
    variables.putAll(values.get(Options.ENV));
    ApplicationLogLevel level = values.find(ManagedOptions.APPLICATION_LOG_LEVEL);
    if (level != null) {
      variables.put(LOG_LEVEL_VARIABLE, level.name());
    }
    return variables;
  }

  /** Returns the variable in which SDKs find the URL of a service. */
  private static String endpointVariable(String service) {
    if (service.equals(ALL_SERVICES)) {
      return ENDPOINT_VARIABLE;
    }
    StringBuilder name = new StringBuilder(ENDPOINT_VARIABLE).append('_');
    service
        .chars()
        .forEach(c -> name.append(Character.isLetterOrDigit(c) ? Character.toString(c) : "_"));
    return name.toString().toUpperCase(Locale.ROOT);
  }

  private String region() {
    return Objects.requireNonNullElse(
        chosenRegion(values, List.of(context.environment(), variables)),
        FunctionSettings.DEFAULT_REGION);
  }

  /**
   * Returns the region of the option, or else of the first environment that has one; null if none
   * has.
   */
  static @Nullable String chosenRegion(Values values, List<Map<String, String>> environments) {
    String region = values.find(Options.REGION);
    if (region != null) {
      return region;
    }
    for (Map<String, String> place : environments) {
      for (String variable : List.of("AWS_REGION", "AWS_DEFAULT_REGION")) {
        String value = place.get(variable);
        if (value != null && !value.isEmpty()) {
          return value;
        }
      }
    }
    return null;
  }
}

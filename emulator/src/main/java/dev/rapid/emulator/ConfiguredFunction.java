package dev.rapid.emulator;

import dev.rapid.azure.AzureSettings;
import dev.rapid.bootstrap.launch.ExtensionsDirectory;
import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.bootstrap.launch.FunctionEnvironment;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.bootstrap.launch.ProtocolStreams;
import dev.rapid.control.ControlledFunction;
import dev.rapid.control.CredentialOverrides;
import dev.rapid.control.InitSettings;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.function.RuntimeVersion;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.ProcessName;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.WorkerContract;
import dev.rapid.fnfdk.FdkEnvironment;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.runtimeapi.CredentialStore;
import dev.rapid.runtimeapi.ExecutionEnvironmentMetadata;
import dev.rapid.runtimeapi.RoleCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a function: its description, and the launch of its processes. The control
 * API can change it; running processes keep what they have. If the settings of the function change,
 * there is a new one, and the sandboxes that exist keep theirs.
 */
final class ConfiguredFunction implements ControlledFunction {

  private static final String LOG_FORMAT_VARIABLE = "AWS_LAMBDA_LOG_FORMAT";
  private static final String LOG_LEVEL_VARIABLE = "AWS_LAMBDA_LOG_LEVEL";
  private static final String MEMORY_VARIABLE = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
  private static final List<String> REGION_VARIABLES = List.of("AWS_REGION", "AWS_DEFAULT_REGION");
  private static final String JSON_LOG = "JSON";

  private static final Set<String> NEEDED_BY_RUNTIMES =
      Set.of(
          "AWS_CONTAINER_AUTHORIZATION_TOKEN",
          "AWS_CONTAINER_CREDENTIALS_FULL_URI",
          "AWS_DEFAULT_REGION",
          "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
          "AWS_LAMBDA_FUNCTION_NAME",
          "AWS_LAMBDA_FUNCTION_VERSION",
          "AWS_LAMBDA_INITIALIZATION_TYPE",
          LOG_FORMAT_VARIABLE,
          "AWS_LAMBDA_MAX_CONCURRENCY",
          "AWS_LAMBDA_LOG_GROUP_NAME",
          LOG_LEVEL_VARIABLE,
          "AWS_LAMBDA_LOG_STREAM_NAME",
          "AWS_LAMBDA_RUNTIME_API",
          "AWS_REGION",
          "LAMBDA_RUNTIME_DIR",
          "LAMBDA_TASK_ROOT",
          "_HANDLER");

  /** Variables of inits that reach the function although they begin with an underscore. */
  private static final Set<String> RESERVED_VARIABLES =
      Set.of("_HANDLER", "_AWS_XRAY_DAEMON_ADDRESS", "_AWS_XRAY_DAEMON_PORT");

  private final FunctionSettings configuration;

  /** The published version that is configured, null for what runs without a qualifier. */
  private final @Nullable String published;

  private final boolean ofCall;
  private final @Nullable ExtensionsDirectory extensions;
  private final ExecutionEnvironmentMetadata metadata;
  private final @Nullable CredentialStore credentialStore;
  private final @Nullable AzureLaunch azure;
  private final Runnable end;
  private volatile Revision present;

  /**
   * The part that changes, all of it at once.
   *
   * @param initVariables the variables that inits of the control API have added
   */
  private record Revision(
      FunctionDescription description,
      InitializationType initializationType,
      Map<String, String> initVariables,
      FunctionEnvironment environment) {}

  /**
   * The settings of an init.
   *
   * @param handler null to leave it to the environment
   * @param variables stronger than the inherited environment and the function's own variables
   * @param credentials null for those of the environment
   */
  private record Wanted(
      String name,
      String version,
      @Nullable String handler,
      Duration timeout,
      InitializationType type,
      RuntimeVersion runtime,
      Map<String, String> variables,
      FunctionEnvironment.@Nullable EnvironmentCredentials credentials) {

    Wanted with(FunctionEnvironment.@Nullable EnvironmentCredentials chosen) {
      return new Wanted(name, version, handler, timeout, type, runtime, variables, chosen);
    }
  }

  /**
   * Creates the function that {@code configuration} describes.
   *
   * @param revision the number of the first revision
   * @param end ends the program; called when a client of the control API asks for it
   * @throws InvalidSettingsException if the function's variables cannot be used
   */
  ConfiguredFunction(FunctionSettings configuration, long revision, Runnable end) {
    this(configuration, null, false, revision, end);
  }

  private ConfiguredFunction(
      FunctionSettings configuration,
      @Nullable String published,
      boolean ofCall,
      long revision,
      Runnable end) {
    this.configuration = configuration;
    this.published = published;
    this.ofCall = ofCall;
    this.end = end;
    var directory = configuration.sandbox().extensionsDirectory();
    this.extensions = directory == null ? null : new ExtensionsDirectory(directory);
    this.metadata = ExecutionEnvironmentMetadata.in(() -> description().identity().region());
    InitializationType type = initializationType(InitializationType.ON_DEMAND);
    Wanted wanted =
        new Wanted(
            configuration.name(),
            published == null ? configuration.version() : published,
            configuration.handler(),
            configuration.timeout(),
            type,
            RuntimeVersion.UNKNOWN,
            Map.of(),
            null);
    Revision plain;
    try {
      plain = revision(configuration, revision, wanted, metadata, null);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingsException(
          "Cannot use the function's variables: " + e.getMessage(), e);
    }
    AzureSettings app = configuration.azure();
    this.azure =
        app == null
            ? null
            : AzureLaunch.of(configuration, app, plain.environment().withoutLambda());
    if (type == InitializationType.SNAP_START
        && configuration.contract() == WorkerContract.LAMBDA_RUNTIME_API) {
      this.credentialStore = new CredentialStore(storable(plain.environment().credentials()));
      this.present = revision(configuration, revision, wanted, metadata, credentialStore);
    } else {
      this.credentialStore = null;
      this.present = plain;
    }
  }

  private static Revision revision(
      FunctionSettings configuration,
      long number,
      Wanted wanted,
      ExecutionEnvironmentMetadata metadata,
      @Nullable CredentialStore store) {
    Map<String, String> inherited = merged(configuration.inherited(), wanted.variables());
    Map<String, String> own = merged(configuration.variables(), wanted.variables());
    FunctionIdentity identity =
        new FunctionIdentity(
            wanted.name(),
            region(configuration, wanted.variables()),
            configuration.accountId(),
            wanted.version());
    int memoryMegabytes = memoryMegabytes(configuration, wanted.variables());
    boolean jsonOption = configuration.logFormat() == LogFormat.JSON;
    // A function with a JSON log has this variable, as in the cloud, unless the user sets it.
    if (jsonOption && !inherited.containsKey(LOG_FORMAT_VARIABLE)) {
      own.putIfAbsent(LOG_FORMAT_VARIABLE, JSON_LOG);
    }
    FunctionEnvironment environment =
        FunctionEnvironment.builder(identity.name())
            .inherited(inherited)
            .customer(own)
            .functionVersion(identity.version())
            .memoryMegabytes(memoryMegabytes)
            .handler(wanted.handler())
            .region(identity.region())
            .logGroup(configuration.logGroup())
            .logStream(configuration.logStream())
            .taskRoot(configuration.taskRoot())
            .maxConcurrency(configuration.concurrency().maxConcurrency())
            .credentials(wanted.credentials())
            .metadata(metadata.token())
            .containerCredentials(store == null ? null : store.token())
            .build();
    String handler = environment.variable("_HANDLER");
    boolean json =
        jsonOption || JSON_LOG.equalsIgnoreCase(environment.variable(LOG_FORMAT_VARIABLE));
    return new Revision(
        new FunctionDescription(
            number,
            identity,
            handler == null ? "" : handler,
            memoryMegabytes,
            wanted.timeout(),
            wanted.runtime(),
            json ? LogFormat.JSON : LogFormat.TEXT,
            configuration.command(),
            configuration.directory().toString()),
        wanted.type(),
        wanted.variables(),
        environment);
  }

  /**
   * Returns the configuration of a published version: the same, but for its number and its
   * SnapStart.
   */
  ConfiguredFunction ofVersion(String number) {
    return new ConfiguredFunction(configuration, number, false, description().revision(), end);
  }

  /** Returns the configuration for the workers of a call of Fn, which has settings of its own. */
  ConfiguredFunction ofCall(CallModel call) {
    FunctionSettings.Builder settings =
        configuration.toBuilder()
            .variables(merged(configuration.variables(), call.config()))
            .timeout(call.timeout());
    // Without memory it is not counted, and the function sees what it usually has.
    if (call.memoryMegabytes() > 0) {
      settings.memoryMegabytes(call.memoryMegabytes());
    }
    return new ConfiguredFunction(settings.build(), null, true, description().revision(), end);
  }

  /**
   * Returns the least serious level of the function's log, for workers whose log Rapid filters.
   * Without one, or with one that does not exist, everything is logged.
   */
  ApplicationLogLevel logLevel() {
    String name = present.environment().variable(LOG_LEVEL_VARIABLE);
    ApplicationLogLevel level = name == null ? null : ApplicationLogLevel.named(name);
    return level == null ? ApplicationLogLevel.TRACE : level;
  }

  /** Returns whether it is for the workers of calls of Fn. */
  boolean isOfCall() {
    return ofCall;
  }

  /** Returns whether this is a published version. */
  boolean isPublished() {
    return published != null;
  }

  /** If versions are published, only they have snapshots. */
  private InitializationType initializationType(InitializationType ordinary) {
    boolean snapshots =
        published != null || configuration.listing().versions().published().isEmpty();
    if (configuration.sandbox().snapStart() && snapshots) {
      return InitializationType.SNAP_START;
    }
    return configuration.concurrency().isShared() ? InitializationType.MANAGED_INSTANCES : ordinary;
  }

  private static Map<String, String> merged(Map<String, String> weak, Map<String, String> strong) {
    Map<String, String> all = new HashMap<>(weak);
    all.putAll(strong);
    return all;
  }

  private static String region(FunctionSettings configuration, Map<String, String> variables) {
    for (String name : REGION_VARIABLES) {
      String region = variables.getOrDefault(name, "");
      if (!region.isEmpty()) {
        return checked(name, region, Checks::region);
      }
    }
    return configuration.region();
  }

  private static int memoryMegabytes(
      FunctionSettings configuration, Map<String, String> variables) {
    String megabytes = variables.getOrDefault(MEMORY_VARIABLE, "");
    return megabytes.isEmpty()
        ? configuration.memoryMegabytes()
        : checked(MEMORY_VARIABLE, megabytes, Checks::megabytes);
  }

  /** Names the subject and not the text, which may be long or have line breaks. */
  private static <T> T checked(String name, String text, Function<String, T> check) {
    try {
      return check.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + " " + e.getMessage(), e);
    }
  }

  private static RoleCredentials storable(FunctionEnvironment.EnvironmentCredentials credentials) {
    return new RoleCredentials(
        credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken());
  }

  /** Returns the directory of external extensions, null if there are none. */
  @Nullable ExtensionsDirectory extensions() {
    return extensions;
  }

  /** Returns the metadata of the execution environment, for the runtime. */
  ExecutionEnvironmentMetadata metadataEndpoint() {
    return metadata;
  }

  /** Returns the store of the runtime's credentials, null if they are in its environment. */
  @Nullable CredentialStore credentialStore() {
    return credentialStore;
  }

  /**
   * Returns what a sandbox is called now.
   *
   * @param provisioned whether it is initialised before there is work
   * @param ownLogStream the name of its log stream, unless the user has set one
   */
  SandboxIdentity identity(int number, boolean provisioned, String ownLogStream) {
    Revision now = present;
    String logStream = now.environment().logStream();
    InitializationType type = now.initializationType();
    return new SandboxIdentity(
        configuration.name(),
        published,
        number,
        logStream == null ? ownLogStream : logStream,
        provisioned && type == InitializationType.ON_DEMAND
            ? InitializationType.PROVISIONED_CONCURRENCY
            : type);
  }

  private static FunctionEnvironment.OfSandbox variablesOf(
      SandboxIdentity sandbox, String runtimeApi) {
    return new FunctionEnvironment.OfSandbox(
        runtimeApi, sandbox.logStream(), sandbox.initializationType().wireName());
  }

  /**
   * Returns how a process of {@code sandbox} is launched now.
   *
   * @param runtimeApi where it finds its APIs, as {@code host:port}
   */
  LaunchSpec launchSpec(ProcessName process, SandboxIdentity sandbox, String runtimeApi) {
    FunctionEnvironment environment = present.environment();
    FunctionEnvironment.OfSandbox own = variablesOf(sandbox, runtimeApi);
    String extension = process.extension();
    if (extension == null || extensions == null) {
      return new LaunchSpec(
          configuration.command(),
          configuration.directory(),
          environment.forRuntime(own),
          configuration.framedLog());
    }
    return extensions.launchSpec(
        extension, configuration.sandbox().extensionsCwd(), environment.forExternalExtension(own));
  }

  /**
   * Returns how a worker with an FDK is launched now.
   *
   * @param listener where it makes its socket, as {@code unix:} and a path
   */
  LaunchSpec fdkLaunchSpec(String listener) {
    Revision now = present;
    return new LaunchSpec(
        configuration.command(),
        configuration.directory(),
        FdkEnvironment.of(
            now.environment().withoutLambda(),
            now.description().identity().name(),
            now.description().memoryMegabytes(),
            listener),
        FramedLog.OFF);
  }

  /**
   * Returns how an agent of Kapacitor is launched now.
   *
   * @param streams takes its stdin and stdout
   */
  LaunchSpec agentLaunchSpec(ProtocolStreams streams) {
    Map<String, String> variables = new HashMap<>(variablesWithoutLambda());
    // Otherwise an agent in Python keeps its points back until the next answer.
    variables.putIfAbsent("PYTHONUNBUFFERED", "1");
    return new LaunchSpec(
        configuration.command(), configuration.directory(), variables, FramedLog.OFF, streams);
  }

  /** Returns how a language worker of Azure Functions is launched, null if it has none. */
  @Nullable AzureLaunch azure() {
    return azure;
  }

  /** Returns whether a sandbox is restored before its first invocation. */
  boolean startsFromSnapshot() {
    return present.initializationType() == InitializationType.SNAP_START;
  }

  /** Returns the variables of the function now, without those of Lambda. */
  Map<String, String> variablesWithoutLambda() {
    return present.environment().withoutLambda();
  }

  /** Returns the variables of a process that is not of this function yet. */
  Map<String, String> inheritedWithoutLambda() {
    return FunctionEnvironment.builder(configuration.name())
        .inherited(configuration.inherited())
        .build()
        .withoutLambda();
  }

  /**
   * Returns Lambda's variables for a runtime that the user starts, sorted by name. The user's own
   * ({@code --env}) are left out: they may be secret, and people see this list.
   */
  Map<String, String> variablesOfRuntime(SandboxIdentity sandbox, String runtimeApi) {
    Map<String, String> needed =
        new TreeMap<>(present.environment().forRuntime(variablesOf(sandbox, runtimeApi)));
    needed.keySet().retainAll(NEEDED_BY_RUNTIMES);
    return needed;
  }

  /** Returns the settings, without the control API's changes. */
  FunctionSettings settings() {
    return configuration;
  }

  @Override
  public FunctionDescription description() {
    return present.description();
  }

  @Override
  public InitializationType initializationType() {
    return present.initializationType();
  }

  // ------------------------------------------------------------------ the control API

  @Override
  public @Nullable String faultOf(InitSettings settings) {
    try {
      Revision unused = configured(settings);
      return null;
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public void configure(InitSettings settings) {
    Revision next = configured(settings);
    present = next;
    CredentialStore store = credentialStore;
    if (store != null) {
      var given = settings.credentials();
      FunctionEnvironment.EnvironmentCredentials chosen = next.environment().credentials();
      store.replace(
          given == null || given.expiry() == null
              ? storable(chosen)
              : new RoleCredentials(
                  chosen.accessKeyId(),
                  chosen.secretAccessKey(),
                  chosen.sessionToken(),
                  given.expiry()));
    }
  }

  /**
   * Variables of earlier inits stay (contract lifecycle-and-control, section 3.3); credentials do
   * not.
   *
   * @throws IllegalArgumentException if the function cannot be started with {@code settings}
   */
  private Revision configured(InitSettings settings) {
    Map<String, String> variables = new HashMap<>(present.initVariables());
    settings
        .environment()
        .forEach((name, value) -> {
          if (!name.startsWith("_") || RESERVED_VARIABLES.contains(name)) {
            variables.put(name, value);
          }
        });
    String handler = checked("handler", settings.handler(), Checks::withoutControlCharacters);
    Wanted wanted =
        new Wanted(
            checked("functionName", settings.functionName(), Checks::functionName),
            checked("functionVersion", settings.functionVersion(), Checks::functionVersion),
            handler.isEmpty() ? configuration.handler() : handler,
            settings.invokeTimeout(),
            initializationType(
                settings.throttled()
                    ? InitializationType.PROVISIONED_CONCURRENCY
                    : InitializationType.ON_DEMAND),
            new RuntimeVersion(settings.runtimeVersion(), settings.runtimeArn()),
            Map.copyOf(variables),
            null);
    long number = present.description().revision() + 1;
    Revision plain = revision(configuration, number, wanted, metadata, credentialStore);
    var given = settings.credentials();
    if (given == null) {
      return plain;
    }
    FunctionEnvironment.EnvironmentCredentials own = plain.environment().credentials();
    return revision(
        configuration,
        number,
        wanted.with(
            new FunctionEnvironment.EnvironmentCredentials(
                chosen(given.accessKeyId(), own.accessKeyId()),
                chosen(given.secretAccessKey(), own.secretAccessKey()),
                chosen(given.sessionToken(), own.sessionToken()))),
        metadata,
        credentialStore);
  }

  @Override
  public boolean replaceCredentials(CredentialOverrides next) {
    CredentialStore store = credentialStore;
    if (store == null) {
      return false;
    }
    RoleCredentials old = store.credentials();
    Instant expiry = next.expiry();
    store.replace(
        new RoleCredentials(
            chosen(next.accessKeyId(), old.accessKeyId()),
            chosen(next.secretAccessKey(), old.secretAccessKey()),
            chosen(next.sessionToken(), old.sessionToken()),
            expiry == null ? old.expiration() : expiry));
    return true;
  }

  private static String chosen(@Nullable String given, String otherwise) {
    return given == null ? otherwise : given;
  }

  @Override
  public boolean snapStart() {
    return credentialStore != null;
  }

  @Override
  public void shutDownRequested() {
    end.run();
  }
}

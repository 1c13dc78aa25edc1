package dev.rapid.cli;

import dev.rapid.bootstrap.ExtensionsDirectory;
import dev.rapid.bootstrap.FunctionEnvironment;
import dev.rapid.bootstrap.LaunchSpec;
import dev.rapid.cli.control.ControlledFunction;
import dev.rapid.cli.control.InitSettings;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.function.RuntimeVersion;
import dev.rapid.core.process.ProcessName;
import dev.rapid.runtimeapi.CredentialStore;
import dev.rapid.runtimeapi.Credentials;
import dev.rapid.runtimeapi.ExecutionEnvironmentMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The function as it is configured now: what is told of it, and with what its processes are
 * started. The control API can change it; processes that run are not disturbed.
 */
final class ConfiguredFunction implements ControlledFunction {

  private static final String LOG_FORMAT_VARIABLE = "AWS_LAMBDA_LOG_FORMAT";
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
          "AWS_LAMBDA_LOG_GROUP_NAME",
          "AWS_LAMBDA_LOG_LEVEL",
          "AWS_LAMBDA_LOG_STREAM_NAME",
          "AWS_LAMBDA_RUNTIME_API",
          "AWS_REGION",
          "LAMBDA_RUNTIME_DIR",
          "LAMBDA_TASK_ROOT",
          "_HANDLER");

  private final Configuration configuration;
  private final @Nullable ExtensionsDirectory extensions;
  private final ExecutionEnvironmentMetadata metadata;
  private final @Nullable CredentialStore credentialStore;
  private final FunctionEnvironment.Credentials ownCredentials;
  private final Runnable end;
  private volatile Revision present;

  /**
   * What changes, at once or not at all.
   *
   * @param variables the function's own
   */
  private record Revision(
      FunctionDescription description,
      Map<String, String> variables,
      FunctionEnvironment environment) {}

  /**
   * Creates the function that {@code configuration} describes.
   *
   * @param end ends the program; called when the control API was asked to
   * @throws UsageException if the function's variables cannot be used
   */
  ConfiguredFunction(Configuration configuration, Runnable end) {
    this.configuration = configuration;
    this.end = end;
    var directory = configuration.sandbox().extensionsDirectory();
    this.extensions = directory == null ? null : new ExtensionsDirectory(directory);
    this.metadata = ExecutionEnvironmentMetadata.in(configuration.region());
    FunctionIdentity identity =
        new FunctionIdentity(
            configuration.functionName(),
            configuration.region(),
            configuration.accountId(),
            configuration.functionVersion());
    boolean snapStart = configuration.sandbox().snapStart();
    InitializationType type =
        snapStart ? InitializationType.SNAP_START : InitializationType.ON_DEMAND;
    FunctionEnvironment plain;
    try {
      plain =
          environment(
              identity, configuration.handler(), configuration.variables(), type, null, null);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Cannot use the function's variables: " + e.getMessage());
    }
    this.ownCredentials = plain.credentials();
    this.credentialStore = snapStart ? new CredentialStore(storable(ownCredentials)) : null;
    FunctionEnvironment environment =
        environment(
            identity,
            configuration.handler(),
            configuration.variables(),
            type,
            null,
            credentialStore);
    this.present =
        new Revision(
            description(
                1,
                identity,
                configuration.functionTimeout(),
                type,
                RuntimeVersion.UNKNOWN,
                environment),
            configuration.variables(),
            environment);
  }

  private FunctionDescription description(
      long revision,
      FunctionIdentity identity,
      Duration timeout,
      InitializationType type,
      RuntimeVersion runtime,
      FunctionEnvironment environment) {
    String handler = environment.variable("_HANDLER");
    String logStream = environment.variable("AWS_LAMBDA_LOG_STREAM_NAME");
    boolean json =
        configuration.logFormat() == LogFormat.JSON
            || JSON_LOG.equalsIgnoreCase(environment.variable(LOG_FORMAT_VARIABLE));
    return new FunctionDescription(
        revision,
        identity,
        handler == null ? "" : handler,
        configuration.memoryMegabytes(),
        timeout,
        type,
        runtime,
        logStream == null ? "" : logStream,
        json ? LogFormat.JSON : LogFormat.TEXT,
        configuration.command(),
        configuration.directory().toString());
  }

  private static Credentials storable(FunctionEnvironment.Credentials credentials) {
    return new Credentials(
        credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken());
  }

  private FunctionEnvironment environment(
      FunctionIdentity identity,
      @Nullable String handler,
      Map<String, String> variables,
      InitializationType initializationType,
      FunctionEnvironment.@Nullable Credentials credentials,
      @Nullable CredentialStore store) {
    return FunctionEnvironment.builder(identity.name())
        .inherited(configuration.inherited())
        .customer(withLogFormat(variables))
        .functionVersion(identity.version())
        .memoryMegabytes(configuration.memoryMegabytes())
        .handler(handler)
        .region(configuration.region())
        .logGroup(configuration.logGroup())
        .logStream(configuration.logStream())
        .taskRoot(configuration.taskRoot())
        .initializationType(initializationType.wireName())
        .credentials(credentials)
        .metadata(metadata.token())
        .containerCredentials(store == null ? null : store.token())
        .build();
  }

  /** A function whose log is JSON is told so, as in the cloud, unless the user says otherwise. */
  private Map<String, String> withLogFormat(Map<String, String> variables) {
    boolean told =
        variables.containsKey(LOG_FORMAT_VARIABLE)
            || configuration.inherited().containsKey(LOG_FORMAT_VARIABLE);
    if (told || configuration.logFormat() != LogFormat.JSON) {
      return variables;
    }
    Map<String, String> more = new HashMap<>(variables);
    more.put(LOG_FORMAT_VARIABLE, JSON_LOG);
    return more;
  }

  /** Returns the directory of external extensions, null if there are none. */
  @Nullable ExtensionsDirectory extensions() {
    return extensions;
  }

  /** Returns what the runtime is told of its execution environment. */
  ExecutionEnvironmentMetadata metadataEndpoint() {
    return metadata;
  }

  /** Returns what the runtime fetches its credentials from, null if they are in its environment. */
  @Nullable CredentialStore credentialStore() {
    return credentialStore;
  }

  /**
   * Returns with what {@code process} is started now.
   *
   * @param runtimeApi where it finds its APIs, as {@code host:port}
   */
  LaunchSpec launchSpec(ProcessName process, String runtimeApi) {
    FunctionEnvironment environment = present.environment();
    String extension = process.extension();
    if (extension == null || extensions == null) {
      return new LaunchSpec(
          configuration.command(),
          configuration.directory(),
          environment.forRuntime(runtimeApi),
          configuration.framedLog());
    }
    return extensions.launchSpec(
        extension,
        configuration.sandbox().extensionsCwd(),
        environment.forExternalExtension(runtimeApi));
  }

  /**
   * Returns the variables that a runtime needs which the user starts, sorted by name: those that
   * say what Lambda is to it. The user's own ({@code --env}) are not among them, because they may
   * be secret and this is for people to see.
   */
  Map<String, String> variablesOfRuntime(String runtimeApi) {
    Map<String, String> needed = new TreeMap<>(present.environment().forRuntime(runtimeApi));
    needed.keySet().retainAll(NEEDED_BY_RUNTIMES);
    return needed;
  }

  @Override
  public FunctionDescription description() {
    return present.description();
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
    present = configured(settings);
    CredentialStore store = credentialStore;
    if (store != null) {
      var given = settings.credentials();
      FunctionEnvironment.Credentials chosen = chosenCredentials(settings);
      store.replace(
          given == null || given.expiry() == null
              ? storable(chosen)
              : new Credentials(
                  chosen.accessKeyId(),
                  chosen.secretAccessKey(),
                  chosen.sessionToken(),
                  given.expiry()));
    }
  }

  /**
   * Variables of earlier inits stay (contract lifecycle-and-control, section 3.3); credentials do
   * not.
   */
  private Revision configured(InitSettings settings) {
    Map<String, String> variables = new HashMap<>(present.variables());
    variables.putAll(settings.environment());
    FunctionIdentity identity =
        new FunctionIdentity(
            settings.functionName(),
            configuration.region(),
            configuration.accountId(),
            settings.functionVersion());
    String handler = settings.handler().isEmpty() ? configuration.handler() : settings.handler();
    InitializationType type =
        snapStart()
            ? InitializationType.SNAP_START
            : settings.throttled()
                ? InitializationType.PROVISIONED_CONCURRENCY
                : InitializationType.ON_DEMAND;
    FunctionEnvironment.Credentials credentials =
        settings.credentials() == null ? null : chosenCredentials(settings);
    FunctionEnvironment environment =
        environment(identity, handler, variables, type, credentials, credentialStore);
    return new Revision(
        description(
            present.description().revision() + 1,
            identity,
            settings.invokeTimeout(),
            type,
            new RuntimeVersion(settings.runtimeVersion(), settings.runtimeArn()),
            environment),
        Map.copyOf(variables),
        environment);
  }

  /** Each that is not given is the emulator's own; an empty one is given. */
  private FunctionEnvironment.Credentials chosenCredentials(InitSettings settings) {
    var given = settings.credentials();
    return given == null
        ? ownCredentials
        : new FunctionEnvironment.Credentials(
            chosen(given.accessKeyId(), ownCredentials.accessKeyId()),
            chosen(given.secretAccessKey(), ownCredentials.secretAccessKey()),
            chosen(given.sessionToken(), ownCredentials.sessionToken()));
  }

  @Override
  public boolean replaceCredentials(dev.rapid.cli.control.Credentials next) {
    CredentialStore store = credentialStore;
    if (store == null) {
      return false;
    }
    Credentials old = store.credentials();
    Instant expiry = next.expiry();
    store.replace(
        new Credentials(
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

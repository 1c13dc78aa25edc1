package dev.rapid.cli;

import dev.rapid.bootstrap.ExtensionsDirectory;
import dev.rapid.bootstrap.FunctionEnvironment;
import dev.rapid.bootstrap.LaunchSpec;
import dev.rapid.cli.control.ControlledFunction;
import dev.rapid.cli.control.InitSettings;
import dev.rapid.core.process.ProcessName;
import dev.rapid.extensionsapi.FunctionMetadata;
import dev.rapid.invokeapi.FunctionIdentity;
import dev.rapid.runtimeapi.CredentialStore;
import dev.rapid.runtimeapi.Credentials;
import dev.rapid.telemetry.LogFormat;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The function as it is configured now: with what its processes are started, and what is told of
 * it. The control API can change it; processes that run are not disturbed.
 */
final class ConfiguredFunction implements ControlledFunction {

  private static final String LOG_FORMAT_VARIABLE = "AWS_LAMBDA_LOG_FORMAT";
  private static final String JSON_LOG = "JSON";
  private static final String SNAP_START = "snap-start";
  private static final String PROVISIONED = "provisioned-concurrency";
  private static final String ON_DEMAND = "on-demand";

  private final Configuration configuration;
  private final String runtimeApi;
  private final @Nullable ExtensionsDirectory extensions;
  private final @Nullable CredentialStore credentialStore;
  private final FunctionEnvironment.Credentials ownCredentials;
  private final Runnable end;
  private volatile Present present;

  /** What can change. */
  private record Present(
      FunctionIdentity identity,
      @Nullable String handler,
      Map<String, String> variables,
      String initializationType,
      FunctionEnvironment environment) {}

  /**
   * Creates the function that {@code configuration} describes.
   *
   * @param runtimeApi where its processes find their APIs, as {@code host:port}
   * @param end ends the program; called when the control API was asked to
   * @throws UsageException if the function's variables cannot be used
   */
  ConfiguredFunction(Configuration configuration, String runtimeApi, Runnable end) {
    this.configuration = configuration;
    this.runtimeApi = runtimeApi;
    this.end = end;
    var directory = configuration.sandbox().extensionsDirectory();
    this.extensions = directory == null ? null : new ExtensionsDirectory(directory);
    FunctionIdentity identity =
        new FunctionIdentity(
            configuration.functionName(),
            configuration.region(),
            configuration.accountId(),
            configuration.functionVersion());
    boolean snapStart = configuration.sandbox().snapStart();
    String type = snapStart ? SNAP_START : ON_DEMAND;
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
    this.present =
        new Present(
            identity,
            configuration.handler(),
            configuration.variables(),
            type,
            environment(
                identity,
                configuration.handler(),
                configuration.variables(),
                type,
                null,
                credentialStore));
  }

  private static Credentials storable(FunctionEnvironment.Credentials credentials) {
    return new Credentials(
        credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken());
  }

  private FunctionEnvironment environment(
      FunctionIdentity identity,
      @Nullable String handler,
      Map<String, String> variables,
      String initializationType,
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
        .initializationType(initializationType)
        .credentials(credentials)
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

  /** Returns whether the function logs JSON objects, as its environment says. */
  boolean logsJson() {
    String format = present.environment().forRuntime(runtimeApi).get(LOG_FORMAT_VARIABLE);
    return JSON_LOG.equalsIgnoreCase(format);
  }

  /** Returns the directory of external extensions, null if there are none. */
  @Nullable ExtensionsDirectory extensions() {
    return extensions;
  }

  /** Returns what the runtime fetches its credentials from, null if they are in its environment. */
  @Nullable CredentialStore credentialStore() {
    return credentialStore;
  }

  /** Returns how the function is initialised, as telemetry and its environment say. */
  String initializationType() {
    return present.initializationType();
  }

  FunctionIdentity identity() {
    return present.identity();
  }

  /** Returns with what {@code process} is started now. */
  LaunchSpec launchSpec(ProcessName process) {
    FunctionEnvironment environment = present.environment();
    String extension = process.extension();
    if (extension == null || extensions == null) {
      return new LaunchSpec(
          configuration.command(), configuration.directory(), environment.forRuntime(runtimeApi));
    }
    return extensions.launchSpec(
        extension,
        configuration.sandbox().extensionsCwd(),
        environment.forExternalExtension(runtimeApi));
  }

  /** Returns what extensions are told when they register. */
  FunctionMetadata metadata() {
    Present now = present;
    String handler = now.handler();
    if (handler == null) {
      handler = now.environment().forRuntime(runtimeApi).getOrDefault("_HANDLER", "");
    }
    return new FunctionMetadata(
        now.identity().name(), now.identity().version(), handler, now.identity().accountId());
  }

  // ------------------------------------------------------------------ the control API

  @Override
  public @Nullable String faultOf(InitSettings settings) {
    try {
      Present unused = configured(settings);
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
  private Present configured(InitSettings settings) {
    Map<String, String> variables = new HashMap<>(present.variables());
    variables.putAll(settings.environment());
    FunctionIdentity identity =
        new FunctionIdentity(
            settings.functionName(),
            configuration.region(),
            configuration.accountId(),
            settings.functionVersion());
    String handler = settings.handler().isEmpty() ? configuration.handler() : settings.handler();
    String type = snapStart() ? SNAP_START : settings.throttled() ? PROVISIONED : ON_DEMAND;
    FunctionEnvironment.Credentials credentials =
        settings.credentials() == null ? null : chosenCredentials(settings);
    return new Present(
        identity,
        handler,
        Map.copyOf(variables),
        type,
        environment(identity, handler, variables, type, credentials, credentialStore));
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
  public String functionName() {
    return present.identity().name();
  }

  @Override
  public String functionVersion() {
    return present.identity().version();
  }

  @Override
  public String arn() {
    return present.identity().arn();
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

package dev.rapid.bootstrap.launch;

import dev.rapid.bootstrap.command.FramedLogCommand;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The environment of a function's processes (contract lifecycle-and-control, sections 1.5 and 10,
 * rows 25 and 26).
 *
 * <p>Three sources, from the weakest to the strongest:
 *
 * <ol>
 *   <li>The <em>inherited</em> environment, ours. All of it is kept, because developers rely on
 *       {@code HOME}, {@code PATH} and the settings of their SDKs; only variables that concern
 *       Rapid or the inside of Lambda are taken out ({@code RAPID_*}, {@code _LAMBDA_SB_ID} and its
 *       like, {@code _LAMBDA_TELEMETRY_LOG_FD}, {@code _X_AMZN_TRACE_ID}).
 *   <li>The <em>customer's</em> variables, what a function's configuration says.
 *   <li>What Lambda reserves. For these the customer's value counts only if neither the settings
 *       given here nor the inherited environment have one; an empty value counts as none.
 * </ol>
 *
 * <p>What is missing then is set as in the cloud: {@code AWS_REGION} and {@code AWS_DEFAULT_REGION}
 * {@code us-east-1}, {@code LANG} {@code en_US.UTF-8}, {@code TZ} {@code :UTC}, {@code PATH},
 * {@code LAMBDA_TASK_ROOT}, {@code LAMBDA_RUNTIME_DIR} {@code /var/runtime}, and the log group and
 * stream. {@code LD_LIBRARY_PATH} is not: the cloud's value would break programs on other systems.
 *
 * <p>{@code LANG}, {@code TZ}, {@code PATH} and {@code AWS_XRAY_DAEMON_ADDRESS} are not reserved in
 * the cloud, so the customer's value counts.
 *
 * <p>Credentials are passed on if present and never made up. The three variables belong together:
 * if the customer gives an access key, none of the inherited ones is used. The cloud does not let a
 * function replace its role's credentials; here the inherited ones are the developer's own, so that
 * others are set on purpose. With {@link Builder#containerCredentials} processes do not get the
 * credentials but the address where they can fetch them.
 */
public final class FunctionEnvironment {

  private static final String RAPID_PREFIX = "RAPID_";

  /** Variables of Lambda's own processes; no function gets them, wherever they are set. */
  private static final Set<String> INTERNAL =
      Set.of(
          "_LAMBDA_SB_ID",
          "_LAMBDA_LOG_FD",
          FramedLogCommand.VARIABLE,
          "_LAMBDA_SHARED_MEM_FD",
          "_LAMBDA_CONTROL_SOCKET",
          "_LAMBDA_DIRECT_INVOKE_SOCKET",
          "_LAMBDA_RUNTIME_LOAD_TIME",
          "_LAMBDA_CONSOLE_SOCKET",
          "_X_AMZN_TRACE_ID",
          "_LAMBDA_TELEMETRY_API_PASSPHRASE");

  private static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
  private static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
  private static final String SESSION_TOKEN = "AWS_SESSION_TOKEN";

  private static final Set<String> CREDENTIALS = Set.of(ACCESS_KEY, SECRET_KEY, SESSION_TOKEN);

  private static final String LOG_STREAM = "AWS_LAMBDA_LOG_STREAM_NAME";

  private static final String MAX_CONCURRENCY = "AWS_LAMBDA_MAX_CONCURRENCY";
  private static final String METADATA_API = "AWS_LAMBDA_METADATA_API";
  private static final String METADATA_TOKEN = "AWS_LAMBDA_METADATA_TOKEN";

  private static final String CREDENTIALS_PATH = "/2021-04-23/credentials";
  private static final String CREDENTIALS_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  private static final String CREDENTIALS_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

  /** What makes SDKs overlook our URI or our token, if it is inherited from a container. */
  private static final Set<String> OTHER_CONTAINER_CREDENTIALS =
      Set.of("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");

  /** What runtimes have and extensions have not, besides all names that begin with a low line. */
  private static final Set<String> NOT_FOR_EXTENSIONS =
      Set.of(
          "AWS_EXECUTION_ENV",
          "AWS_LAMBDA_LOG_GROUP_NAME",
          LOG_STREAM,
          MAX_CONCURRENCY,
          METADATA_API,
          METADATA_TOKEN,
          "AWS_XRAY_CONTEXT_MISSING",
          "AWS_XRAY_DAEMON_ADDRESS",
          "LAMBDA_RUNTIME_DIR",
          "LAMBDA_TASK_ROOT");

  private static final DateTimeFormatter STREAM_DATE =
      DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT);

  private static final List<String> LAMBDA_PREFIXES = List.of("AWS_LAMBDA_", "LAMBDA_", "_");

  private final Map<String, String> variables;
  private final Map<String, String> customer;
  private final EnvironmentCredentials credentials;
  private final @Nullable String metadataToken;
  private final @Nullable String credentialsToken;

  private FunctionEnvironment(
      Map<String, String> variables,
      Map<String, String> customer,
      EnvironmentCredentials credentials,
      @Nullable String metadataToken,
      @Nullable String credentialsToken) {
    this.variables = variables;
    this.customer = customer;
    this.credentials = credentials;
    this.metadataToken = metadataToken;
    this.credentialsToken = credentialsToken;
  }

  /**
   * The function's AWS credentials; what is not known is empty.
   *
   * @param accessKeyId the value for {@code AWS_ACCESS_KEY_ID}
   * @param secretAccessKey the value for {@code AWS_SECRET_ACCESS_KEY}
   * @param sessionToken the value for {@code AWS_SESSION_TOKEN}
   */
  public record EnvironmentCredentials(
      String accessKeyId, String secretAccessKey, String sessionToken) {

    /** Names the access key alone, because the rest is secret. */
    @Override
    public String toString() {
      return "credentials of '" + accessKeyId + "'";
    }
  }

  /**
   * Begins an environment.
   *
   * @param functionName the name of the function, without account or version
   */
  public static Builder builder(String functionName) {
    return new Builder(functionName);
  }

  /**
   * What the processes of one sandbox have and those of another sandbox have not.
   *
   * @param runtimeApi where they find their APIs, as {@code host:port} or {@code host:port/path}
   * @param logStream the sandbox's log stream; {@link #logStream} is stronger
   * @param initializationType how the sandbox is initialised: {@code on-demand}, {@code
   *     provisioned-concurrency}, {@code snap-start} or {@code lambda-managed-instances}
   */
  public record OfSandbox(String runtimeApi, String logStream, String initializationType) {}

  /** Returns the environment of a sandbox's runtime, sorted by name, unmodifiable. */
  public Map<String, String> forRuntime(OfSandbox sandbox) {
    return Collections.unmodifiableMap(with(sandbox));
  }

  /**
   * Returns the environment of external extensions, sorted by name, unmodifiable: that of the
   * runtime without the names that begin with {@code _}, without what only runtimes need, and
   * without X-Ray's settings (contract runtime-extensions-telemetry, section 3.2).
   */
  public Map<String, String> forExternalExtension(OfSandbox sandbox) {
    Map<String, String> environment = with(sandbox);
    environment
        .keySet()
        .removeIf(name -> name.startsWith("_") || NOT_FOR_EXTENSIONS.contains(name));
    return Collections.unmodifiableMap(environment);
  }

  private Map<String, String> with(OfSandbox sandbox) {
    String runtimeApi = sandbox.runtimeApi();
    Map<String, String> environment = new TreeMap<>(variables);
    environment.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", sandbox.initializationType());
    environment.putIfAbsent(LOG_STREAM, sandbox.logStream());
    if (metadataToken != null) {
      environment.put(METADATA_API, runtimeApi);
      environment.put(METADATA_TOKEN, metadataToken);
    }
    if (credentialsToken != null) {
      environment.put(CREDENTIALS_URI, "http://" + runtimeApi + CREDENTIALS_PATH);
      environment.put(CREDENTIALS_TOKEN, credentialsToken);
    }
    return environment;
  }

  /**
   * Returns the environment of a worker that speaks none of Lambda's APIs, sorted by name,
   * unmodifiable: the inherited variables and the customer's, all of the latter as they are, and
   * none with which Lambda describes itself.
   */
  public Map<String, String> withoutLambda() {
    Map<String, String> environment = new TreeMap<>(variables);
    environment
        .keySet()
        .removeIf(name ->
            name.equals("AWS_EXECUTION_ENV")
                || LAMBDA_PREFIXES.stream().anyMatch(name::startsWith));
    environment.putAll(customer);
    return Collections.unmodifiableMap(environment);
  }

  /** Returns the log stream that all sandboxes have, null if each has one of its own. */
  public @Nullable String logStream() {
    return variables.get(LOG_STREAM);
  }

  /** Returns a variable that every runtime has, null if there is none of this name. */
  public @Nullable String variable(String name) {
    return variables.get(name);
  }

  /**
   * Returns the credentials that processes have in their environment, or, with {@link
   * Builder#containerCredentials}, would have had.
   */
  public EnvironmentCredentials credentials() {
    return credentials;
  }

  /**
   * Returns the name of a log stream for a sandbox that starts now.
   *
   * @param functionVersion {@code $LATEST} or a number
   */
  public static String newLogStream(String functionVersion) {
    String id = UUID.randomUUID().toString().replace("-", "");
    return logStreamName(LocalDate.now(ZoneOffset.UTC), functionVersion, id);
  }

  /**
   * Returns the name of a log stream as the cloud forms it, for example {@code
   * 2026/01/31/[$LATEST]0123456789abcdef0123456789abcdef}.
   *
   * @param date the day on which the sandbox starts, in UTC
   * @param functionVersion {@code $LATEST} or a number
   * @param id 32 hexadecimal digits that no other sandbox has
   */
  static String logStreamName(LocalDate date, String functionVersion, String id) {
    return STREAM_DATE.format(date) + "/[" + functionVersion + "]" + id;
  }

  /** Collects the settings. A builder makes one environment and belongs to one thread. */
  public static final class Builder {

    private final String functionName;
    private Map<String, String> inherited = Map.of();
    private Map<String, String> customer = Map.of();
    private String functionVersion = "$LATEST";
    private int memoryMegabytes = 3008;
    private int maxConcurrency = 1;
    private @Nullable EnvironmentCredentials givenCredentials;
    private @Nullable String handler;
    private @Nullable String region;
    private @Nullable String logGroup;
    private @Nullable String logStream;
    private @Nullable Path taskRoot;
    private @Nullable String metadataToken;
    private @Nullable String credentialsToken;

    private Builder(String functionName) {
      this.functionName = functionName;
    }

    /** Sets the environment to start from, usually {@link System#getenv()}. Default: empty. */
    public Builder inherited(Map<String, String> variables) {
      inherited = Map.copyOf(variables);
      return this;
    }

    /**
     * Sets the function's own variables. Default: none.
     *
     * @throws IllegalArgumentException if a name is empty or contains {@code =}, or if a name or
     *     value contains the character 0
     */
    public Builder customer(Map<String, String> variables) {
      variables.forEach(Builder::validate);
      customer = Map.copyOf(variables);
      return this;
    }

    private static void validate(String name, String value) {
      if (name.isEmpty()) {
        throw new IllegalArgumentException(
            "an environment variable has no name (its value has "
                + value.length()
                + " characters); write NAME=value");
      }
      if (name.indexOf('=') >= 0) {
        throw new IllegalArgumentException(
            "the environment variable '" + name + "' has '=' in its name; only values may");
      }
      if (name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "the environment variable '"
                + name.replace('\0', '?')
                + "' contains the character 0, which no process can be given");
      }
    }

    /** Sets the version, {@code $LATEST} or a number. Default: {@code $LATEST}. */
    public Builder functionVersion(String version) {
      functionVersion = version;
      return this;
    }

    /** Sets the memory size in megabytes. Default: 3008. */
    public Builder memoryMegabytes(int megabytes) {
      memoryMegabytes = megabytes;
      return this;
    }

    /**
     * Sets how many invocations the runtime runs at once. It is given to the runtime if it is more
     * than 1 (contract lifecycle-and-control, section 9.1). Default: 1.
     */
    public Builder maxConcurrency(int invocations) {
      maxConcurrency = invocations;
      return this;
    }

    /** Sets the handler; null or empty leaves it to an inherited {@code _HANDLER}. */
    public Builder handler(@Nullable String name) {
      handler = name;
      return this;
    }

    /** Sets the region, null to take it from the environment. */
    public Builder region(@Nullable String name) {
      region = name;
      return this;
    }

    /** Sets the log group, null for the environment's or {@code /aws/lambda/<function name>}. */
    public Builder logGroup(@Nullable String name) {
      logGroup = name;
      return this;
    }

    /** Sets the log stream, null for the environment's or a new one for each sandbox. */
    public Builder logStream(@Nullable String name) {
      logStream = name;
      return this;
    }

    /** Sets the directory of the function's code, usually its working directory; null for none. */
    public Builder taskRoot(@Nullable Path directory) {
      taskRoot = directory;
      return this;
    }

    /**
     * Sets the credentials instead of what the other sources say; empty ones are set too. Null, the
     * default, for those of the other sources.
     */
    public Builder credentials(@Nullable EnvironmentCredentials given) {
      givenCredentials = given;
      return this;
    }

    /**
     * Gives the runtime what it needs for the metadata endpoint (contract lambda-2026-additions,
     * section 2).
     *
     * @param token what it must send as {@code Authorization}; null, the default, for no endpoint
     */
    public Builder metadata(@Nullable String token) {
      metadataToken = token;
      return this;
    }

    /**
     * Makes processes fetch their credentials from the Runtime API, as a function with SnapStart
     * does (contract lifecycle-and-control, section 4.9). Instead of the credentials they get
     * {@code AWS_CONTAINER_CREDENTIALS_FULL_URI}, which is {@code
     * http://<host>:<port>/2021-04-23/credentials} at the Runtime API, and {@code
     * AWS_CONTAINER_AUTHORIZATION_TOKEN}. What to serve there is {@link
     * FunctionEnvironment#credentials}.
     *
     * @param token what a process must send as {@code Authorization}; null, the default, to give
     *     processes the credentials themselves
     */
    public Builder containerCredentials(@Nullable String token) {
      credentialsToken = token;
      return this;
    }

    /** Makes the environment. */
    public FunctionEnvironment build() {
      Map<String, String> environment = new TreeMap<>(inherited);
      environment.keySet().removeIf(name -> name.startsWith(RAPID_PREFIX));
      environment.putAll(customer);
      environment.keySet().removeAll(INTERNAL);

      setDefault(environment, "LANG", "en_US.UTF-8");
      setDefault(environment, "TZ", ":UTC");
      setDefault(environment, "PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin");
      EnvironmentCredentials credentials =
          givenCredentials == null ? credentials() : givenCredentials;
      setCredentials(environment, credentials);
      setRegion(environment);

      reserve(environment, "AWS_EXECUTION_ENV", null, null);
      reserve(environment, "_HANDLER", handler, null);
      reserve(environment, "AWS_LAMBDA_LOG_GROUP_NAME", logGroup, "/aws/lambda/" + functionName);
      reserve(environment, LOG_STREAM, logStream, null);
      reserve(environment, "LAMBDA_TASK_ROOT", null, taskRoot == null ? null : taskRoot.toString());
      reserve(environment, "LAMBDA_RUNTIME_DIR", null, "/var/runtime");

      environment.put("AWS_LAMBDA_FUNCTION_NAME", functionName);
      environment.put("AWS_LAMBDA_FUNCTION_VERSION", functionVersion);
      environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(memoryMegabytes));
      if (maxConcurrency > 1) {
        environment.put(MAX_CONCURRENCY, Integer.toString(maxConcurrency));
      }
      environment.remove(METADATA_API);
      environment.remove(METADATA_TOKEN);
      return new FunctionEnvironment(
          environment, customer, credentials, metadataToken, credentialsToken);
    }

    /** Both variables name one region; SDKs differ in which of them they read. */
    private void setRegion(Map<String, String> environment) {
      String chosen =
          firstNonEmpty(
              region,
              inherited.get("AWS_REGION"),
              inherited.get("AWS_DEFAULT_REGION"),
              customer.get("AWS_REGION"),
              customer.get("AWS_DEFAULT_REGION"),
              "us-east-1");
      put(environment, "AWS_REGION", chosen);
      put(environment, "AWS_DEFAULT_REGION", chosen);
    }

    private EnvironmentCredentials credentials() {
      boolean customersOwn = !customer.getOrDefault(ACCESS_KEY, "").isEmpty();
      Map<String, String> source = customersOwn ? customer : inherited;
      return new EnvironmentCredentials(
          source.getOrDefault(ACCESS_KEY, ""),
          source.getOrDefault(SECRET_KEY, ""),
          source.getOrDefault(SESSION_TOKEN, ""));
    }

    private void setCredentials(
        Map<String, String> environment, EnvironmentCredentials credentials) {
      if (credentialsToken != null) {
        environment.keySet().removeAll(CREDENTIALS);
        environment.keySet().removeAll(OTHER_CONTAINER_CREDENTIALS);
      } else if (givenCredentials != null) {
        environment.put(ACCESS_KEY, credentials.accessKeyId());
        environment.put(SECRET_KEY, credentials.secretAccessKey());
        environment.put(SESSION_TOKEN, credentials.sessionToken());
      } else {
        put(environment, ACCESS_KEY, firstNonEmpty(credentials.accessKeyId()));
        put(environment, SECRET_KEY, firstNonEmpty(credentials.secretAccessKey()));
        put(environment, SESSION_TOKEN, firstNonEmpty(credentials.sessionToken()));
      }
    }

    /** Sets a variable that the customer can supply but not replace. */
    private void reserve(
        Map<String, String> environment,
        String name,
        @Nullable String setting,
        @Nullable String otherwise) {
      put(
          environment,
          name,
          firstNonEmpty(setting, inherited.get(name), customer.get(name), otherwise));
    }

    private static void setDefault(Map<String, String> environment, String name, String value) {
      put(environment, name, firstNonEmpty(environment.get(name), value));
    }

    private static void put(Map<String, String> environment, String name, @Nullable String value) {
      if (value == null) {
        environment.remove(name);
      } else {
        environment.put(name, value);
      }
    }

    private static @Nullable String firstNonEmpty(@Nullable String... values) {
      for (String value : values) {
        if (value != null && !value.isEmpty()) {
          return value;
        }
      }
      return null;
    }
  }
}

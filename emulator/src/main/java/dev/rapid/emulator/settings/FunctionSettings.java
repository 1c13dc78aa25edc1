package dev.rapid.emulator.settings;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.lambda.async.AsyncSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one function.
 *
 * @param command the program and its arguments; empty if the user starts the runtime
 * @param directory where the runtime runs, absolute
 * @param handler for {@code _HANDLER}, null to leave it to the environment
 * @param inherited the base of the function's environment
 * @param variables the function's own environment variables
 * @param name the name in URLs and ARNs
 * @param version {@code $LATEST} or a number
 * @param timeout how long an invocation may take; zero for no limit
 * @param initTimeout how long the first init may take; zero for no limit
 * @param runtimeApi the address of the Runtime API; port 0 picks a free one
 * @param framedLog whether the runtime gets a descriptor for framed log messages
 * @param logGroup the function's log group, null for the usual one
 * @param logStream the function's log stream, null for a new one
 * @param taskRoot for {@code LAMBDA_TASK_ROOT}, null to leave it to the environment
 * @param sandbox how its sandboxes live
 * @param concurrency how many invocations run at once
 * @param url how its URL answers
 * @param async how its asynchronous invocations are tried
 * @param listing how callers see it
 * @param contract what its worker speaks
 * @param responseHeadBytes how long the head of a worker's answer may be, in bytes, if its contract
 *     has heads
 * @param fn which calls of the Fn front end are for it
 * @param azure how its worker is started and spoken with, null unless it is one of Azure Functions
 * @param kapacitor how its agent is spoken with, null unless its worker is one of Kapacitor
 * @param udf how it is exposed as a user-defined function of Kapacitor, null if it is not
 * @param sources the files and folders of its code and layers; when one of them changes, the
 *     function is to be renewed
 */
public record FunctionSettings(
    List<String> command,
    Path directory,
    @Nullable String handler,
    Map<String, String> inherited,
    Map<String, String> variables,
    String name,
    String version,
    String region,
    String accountId,
    int memoryMegabytes,
    Duration timeout,
    Duration initTimeout,
    HostPort runtimeApi,
    LogFormat logFormat,
    FramedLog framedLog,
    @Nullable String logGroup,
    @Nullable String logStream,
    @Nullable Path taskRoot,
    SandboxOptions sandbox,
    ConcurrencySettings concurrency,
    UrlSettings url,
    AsyncSettings async,
    FunctionListing listing,
    WorkerContract contract,
    int responseHeadBytes,
    FnBinding fn,
    @Nullable AzureSettings azure,
    @Nullable KapacitorSettings kapacitor,
    @Nullable UdfExposure udf,
    List<Path> sources) {

  /** How long an invocation may take unless the settings say otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

  /** The memory size of a function with an FDK unless the settings say otherwise, as in Fn. */
  public static final int FDK_MEMORY_MEGABYTES = 128;

  /** The memory size unless the settings say otherwise. */
  public static final int DEFAULT_MEMORY_MEGABYTES = 3008;

  /** The account unless the settings say otherwise. */
  public static final String DEFAULT_ACCOUNT_ID = "000000000000";

  /** The region unless the settings or the environment say otherwise. */
  public static final String DEFAULT_REGION = "us-east-1";

  /** The default Runtime API address for runtimes that the user starts, as in RIE. */
  public static final HostPort ATTACH_ADDRESS = new HostPort("127.0.0.1", 9001);

  /** Any free port of this machine. */
  public static final HostPort FREE_ADDRESS = new HostPort("127.0.0.1", 0);

  /** How long the head of a worker's answer may be unless the settings say otherwise. */
  public static final int DEFAULT_RESPONSE_HEAD_BYTES = 65_536;

  /** How long an FDK may take to open its socket (contract fn-runner, section 1.9). */
  public static final Duration FDK_INIT_TIMEOUT = Duration.ofSeconds(5);

  /**
   * How much later than what speaks with an agent of Kapacitor its sandbox gives an init up: what
   * speaks with it can say what the agent did not do.
   */
  private static final Duration AGENT_PATIENCE = Duration.ofSeconds(2);

  private static final Duration MIN_SHARED_INIT_TIMEOUT = Duration.ofSeconds(130);
  private static final Duration MAX_SHARED_INIT_TIMEOUT = Duration.ofMinutes(15);

  /** Copies the collections. */
  public FunctionSettings {
    command = List.copyOf(command);
    inherited = Map.copyOf(inherited);
    variables = Map.copyOf(variables);
    sources = List.copyOf(sources);
  }

  /**
   * Returns how long the first init of a runtime may take that invocations share: at least 130 s,
   * and as long as an invocation, but not longer than 15 minutes (contract lambda-2026-additions,
   * section 3).
   *
   * @param timeout of an invocation, zero for none
   */
  public static Duration sharedInitTimeout(Duration timeout) {
    if (timeout.isZero() || timeout.compareTo(MAX_SHARED_INIT_TIMEOUT) > 0) {
      return MAX_SHARED_INIT_TIMEOUT;
    }
    return timeout.compareTo(MIN_SHARED_INIT_TIMEOUT) > 0 ? timeout : MIN_SHARED_INIT_TIMEOUT;
  }

  /**
   * Returns a builder whose values are the defaults.
   *
   * @param command the program and its arguments; empty if the user starts the runtime
   * @param directory where the runtime runs, absolute
   */
  public static Builder builder(List<String> command, Path directory) {
    return new Builder(command, directory);
  }

  /**
   * Returns how long its processes may take to end when they are asked to, besides the time of
   * extensions.
   */
  public Duration longestEnd() {
    Duration own = sandbox.shutdownGrace();
    if (azure != null) {
      own = own.plus(azure.timers().end());
    } else if (kapacitor != null) {
      own = own.plus(kapacitor.stopGrace()).plus(kapacitor.termGrace());
    }
    return own;
  }

  /** Returns a builder that begins with these values. */
  public Builder toBuilder() {
    return new Builder(command, directory)
        .handler(handler)
        .inherited(inherited)
        .variables(variables)
        .name(name)
        .version(version)
        .region(region)
        .accountId(accountId)
        .memoryMegabytes(memoryMegabytes)
        .timeout(timeout)
        .initTimeout(initTimeout)
        .runtimeApi(runtimeApi)
        .logFormat(logFormat)
        .framedLog(framedLog)
        .logGroup(logGroup)
        .logStream(logStream)
        .taskRoot(taskRoot)
        .sandbox(sandbox)
        .concurrency(concurrency)
        .url(url)
        .async(async)
        .listing(listing)
        .contract(contract)
        .responseHeadBytes(responseHeadBytes)
        .fn(fn)
        .azure(azure)
        .kapacitor(kapacitor)
        .udf(udf)
        .sources(sources);
  }

  /** Returns whether the user starts the runtime, which then asks for its invocations. */
  public boolean isAttached() {
    return command.isEmpty() && isRunnable() && !isReachedAtSocket();
  }

  /** Returns whether Rapid connects to an agent of Kapacitor that somebody else has started. */
  public boolean isReachedAtSocket() {
    return kapacitor != null && kapacitor.socket() != null;
  }

  /** Returns whether calls of Fn may be for it. Its workers then wait for what calls bring. */
  public boolean isCalledByFn() {
    return !fn.equals(FnBinding.NONE);
  }

  /** Returns whether the function can run; another one is only listed. */
  public boolean isRunnable() {
    return listing.notRunnable() == null;
  }

  /** Collects the values of a function. The parameters are those of the record. */
  public static final class Builder {

    private final List<String> command;
    private final Path directory;
    private @Nullable String handler;
    private Map<String, String> inherited = Map.of();
    private Map<String, String> variables = Map.of();
    private String name = FunctionIdentity.ALIAS;
    private String version = FunctionIdentity.LATEST;
    private String region = DEFAULT_REGION;
    private String accountId = DEFAULT_ACCOUNT_ID;
    private int memoryMegabytes = DEFAULT_MEMORY_MEGABYTES;
    private Duration timeout = DEFAULT_TIMEOUT;
    private @Nullable Duration initTimeout;
    private HostPort runtimeApi;
    private LogFormat logFormat = LogFormat.TEXT;
    private FramedLog framedLog = FramedLog.AUTO;
    private @Nullable String logGroup;
    private @Nullable String logStream;
    private @Nullable Path taskRoot;
    private SandboxOptions sandbox;
    private ConcurrencySettings concurrency = ConcurrencySettings.DEFAULT;
    private UrlSettings url = UrlSettings.DEFAULT;
    private AsyncSettings async = AsyncSettings.DEFAULT;
    private FunctionListing listing = FunctionListing.DEFAULT;
    private WorkerContract contract = WorkerContract.LAMBDA_RUNTIME_API;
    private int responseHeadBytes = DEFAULT_RESPONSE_HEAD_BYTES;
    private FnBinding fn = FnBinding.NONE;
    private @Nullable AzureSettings azure;
    private @Nullable KapacitorSettings kapacitor;
    private @Nullable UdfExposure udf;
    private List<Path> sources;

    private Builder(List<String> command, Path directory) {
      this.command = command;
      this.directory = directory;
      this.runtimeApi = command.isEmpty() ? ATTACH_ADDRESS : FREE_ADDRESS;
      this.taskRoot = directory;
      this.sources = List.of(directory);
      this.sandbox = SandboxOptions.in(directory);
    }

    /** Sets the value of {@code _HANDLER}. */
    public Builder handler(@Nullable String value) {
      this.handler = value;
      return this;
    }

    /** Sets the base of the function's environment. */
    public Builder inherited(Map<String, String> value) {
      this.inherited = value;
      return this;
    }

    /** Sets the function's own environment variables. */
    public Builder variables(Map<String, String> value) {
      this.variables = value;
      return this;
    }

    /** Sets the name in URLs and ARNs. */
    public Builder name(String value) {
      this.name = value;
      return this;
    }

    /** Sets the version. */
    public Builder version(String value) {
      this.version = value;
      return this;
    }

    /** Sets the region. */
    public Builder region(String value) {
      this.region = value;
      return this;
    }

    /** Sets the account. */
    public Builder accountId(String value) {
      this.accountId = value;
      return this;
    }

    /** Sets the memory size. */
    public Builder memoryMegabytes(int value) {
      this.memoryMegabytes = value;
      return this;
    }

    /** Sets how long an invocation may take. */
    public Builder timeout(Duration value) {
      this.timeout = value;
      return this;
    }

    /**
     * Sets how long the first init may take. Null, the default, for as long as in the cloud: 10 s,
     * or {@link #sharedInitTimeout}; or for {@link #FDK_INIT_TIMEOUT}; or for {@link
     * WorkerTimers#coldStart} of Azure Functions; or for a little longer than an agent of Kapacitor
     * may take.
     */
    public Builder initTimeout(@Nullable Duration value) {
      this.initTimeout = value;
      return this;
    }

    /** Sets the address of the Runtime API. */
    public Builder runtimeApi(HostPort value) {
      this.runtimeApi = value;
      return this;
    }

    /** Sets the format of the log. */
    public Builder logFormat(LogFormat value) {
      this.logFormat = value;
      return this;
    }

    /** Sets whether the runtime gets a descriptor for framed log messages. */
    public Builder framedLog(FramedLog value) {
      this.framedLog = value;
      return this;
    }

    /** Sets the log group. */
    public Builder logGroup(@Nullable String value) {
      this.logGroup = value;
      return this;
    }

    /** Sets the log stream. */
    public Builder logStream(@Nullable String value) {
      this.logStream = value;
      return this;
    }

    /** Sets the value of {@code LAMBDA_TASK_ROOT}. */
    public Builder taskRoot(@Nullable Path value) {
      this.taskRoot = value;
      return this;
    }

    /** Sets how the sandboxes live. */
    public Builder sandbox(SandboxOptions value) {
      this.sandbox = value;
      return this;
    }

    /** Sets how many invocations run at once. */
    public Builder concurrency(ConcurrencySettings value) {
      this.concurrency = value;
      return this;
    }

    /** Sets how the function URL answers. */
    public Builder url(UrlSettings value) {
      this.url = value;
      return this;
    }

    /** Sets how asynchronous invocations are tried. */
    public Builder async(AsyncSettings value) {
      this.async = value;
      return this;
    }

    /** Sets how callers see the function. */
    public Builder listing(FunctionListing value) {
      this.listing = value;
      return this;
    }

    /** Sets what its worker speaks. */
    public Builder contract(WorkerContract value) {
      this.contract = value;
      return this;
    }

    /** Sets how long the head of a worker's answer may be, in bytes. */
    public Builder responseHeadBytes(int value) {
      this.responseHeadBytes = value;
      return this;
    }

    /** Sets which calls of the Fn front end are for it. */
    public Builder fn(FnBinding value) {
      this.fn = value;
      return this;
    }

    /** Sets how its worker of Azure Functions is started and spoken with. */
    public Builder azure(@Nullable AzureSettings value) {
      this.azure = value;
      return this;
    }

    /** Sets how its agent of Kapacitor is spoken with. */
    public Builder kapacitor(@Nullable KapacitorSettings value) {
      this.kapacitor = value;
      return this;
    }

    /** Sets how it is exposed as a user-defined function of Kapacitor. */
    public Builder udf(@Nullable UdfExposure value) {
      this.udf = value;
      return this;
    }

    /** Sets the files and folders of its code and layers; default: the directory. */
    public Builder sources(List<Path> value) {
      this.sources = value;
      return this;
    }

    /** Returns the function's settings. */
    public FunctionSettings build() {
      Duration init = initTimeout;
      if (init == null) {
        init =
            contract == WorkerContract.FN_HTTP_STREAM
                ? FDK_INIT_TIMEOUT
                : azure != null
                    ? azure.timers().coldStart()
                    : kapacitor != null
                        ? kapacitor.initTimeout().plus(AGENT_PATIENCE)
                        : concurrency.isShared()
                            ? sharedInitTimeout(timeout)
                            : SandboxConfig.DEFAULT_INIT_TIMEOUT;
      }
      return new FunctionSettings(
          command,
          directory,
          handler,
          inherited,
          variables,
          name,
          version,
          region,
          accountId,
          memoryMegabytes,
          timeout,
          init,
          runtimeApi,
          logFormat,
          framedLog,
          logGroup,
          logStream,
          taskRoot,
          sandbox,
          concurrency,
          url,
          async,
          listing,
          contract,
          responseHeadBytes,
          fn,
          azure,
          kapacitor,
          udf,
          sources);
    }
  }
}

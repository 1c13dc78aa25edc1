package dev.rapid.cli.config;

import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ResponseShaping;
import dev.rapid.emulator.settings.StreamErrors;
import dev.rapid.emulator.settings.StrictRule;
import dev.rapid.emulator.settings.TelemetryMode;
import dev.rapid.emulator.settings.WhenBusy;
import dev.rapid.invokeapi.async.AsyncSettings;
import dev.rapid.invokeapi.url.CorsSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The table of all options: name, type and check, default, the commands that have it, and help.
 *
 * <p>An option has one name for three places: {@code --function-name} on the command line, {@code
 * RAPID_FUNCTION_NAME} in the environment and {@code function-name} in the configuration file.
 * {@link Values} decides which place takes precedence. The options that describe a function may
 * also be keys of one function in the file.
 *
 * @param <T> the type of the value
 */
public final class Option<T> {

  private static final List<Option<?>> TABLE = new ArrayList<>();

  /** More requests in a second than Rapid can answer. */
  private static final int MAX_REQUESTS = 1_000_000;

  /** Where callers invoke the function. */
  public static final Option<HostPort> LISTEN =
      value("listen", "HOST:PORT", Conversions::address)
          .pattern("^.+:[0-9]{1,5}$")
          .otherwise(Listeners.DEFAULT_CALLERS.toString())
          .help(
              "Address for callers; port 0 picks a free one. 'invoke' calls in-process and ignores"
                  + " it.");

  /** The host names that requests may use. */
  public static final Option<List<String>> ALLOWED_HOST =
      list("allowed-host", "NAME", Conversions::hostName)
          .help(
              "Host name by which Rapid may be called, besides IP addresses and localhost; *.NAME"
                  + " for all below a name, * for any; may be given several times.");

  /** Where the runtime finds the Runtime API. */
  public static final Option<HostPort> RUNTIME_API_ADDRESS =
      value("runtime-api-address", "HOST:PORT", Conversions::address)
          .pattern("^.+:[0-9]{1,5}$")
          .help(
              "Address of the Runtime API. Default: 127.0.0.1 and a free port;"
                  + " without a COMMAND 127.0.0.1:9001.");

  /** The function's name. */
  public static final Option<String> FUNCTION_NAME =
      value("function-name", "NAME", Checks::functionName)
          .pattern("^[A-Za-z0-9_-]{1,64}$")
          .functionVariables("AWS_LAMBDA_FUNCTION_NAME")
          .otherwise(FunctionIdentity.ALIAS)
          .help(
              "Name of the function; 'function' always works too. Default: AWS_LAMBDA_FUNCTION_NAME"
                  + " or function.");

  /** What starts the runtime of a function in the file. */
  public static final Option<List<String>> COMMAND =
      words("command", Command.FUNCTION_COMMAND)
          .onlyInFunctions()
          .help(
              "What runs the function: a list of words, or one text in which quotes keep blanks."
                  + " Without it you start the runtime yourself.");

  /** The function's version. */
  public static final Option<String> FUNCTION_VERSION =
      value("function-version", "VERSION", Conversions::publishedVersion)
          .pattern("^(\\$LATEST|[0-9]{1,19})$")
          .functionVariables("AWS_LAMBDA_FUNCTION_VERSION")
          .otherwise(FunctionIdentity.LATEST)
          .ofFunction()
          .help(
              "Version of the function: $LATEST or a number. Default: AWS_LAMBDA_FUNCTION_VERSION"
                  + " or $LATEST.");

  /** What the runtime runs. */
  public static final Option<String> HANDLER =
      value("handler", "HANDLER", text -> text)
          .functionVariables("AWS_LAMBDA_FUNCTION_HANDLER", "_HANDLER")
          .ofFunction()
          .help(
              "Handler that the runtime finds in _HANDLER. Default: AWS_LAMBDA_FUNCTION_HANDLER or"
                  + " _HANDLER.");

  /** How long an invocation may take. */
  public static final Option<Duration> TIMEOUT =
      seconds("timeout", Range.SECONDS)
          .otherwise(seconds(FunctionSettings.DEFAULT_TIMEOUT))
          .ofFunction()
          .help("How long an invocation may take; 0 for no limit.");

  /** How long an init may take. */
  public static final Option<Duration> INIT_TIMEOUT =
      seconds("init-timeout", Range.SECONDS)
          .ofFunction()
          .help(
              "How long the first init may take; 0 for no limit. Default: 10; with --snapstart 130"
                  + " or --timeout, whichever is longer.");

  /** Where external extensions are. */
  public static final Option<Path> EXTENSIONS_DIR =
      inContext("extensions-dir", "DIR", Conversions::directory)
          .ofFunction()
          .help(
              "Directory of external extensions; every file in it is started. Default:"
                  + " /opt/extensions, if it exists.");

  /** Whether the runtime is restored before its first invocation. */
  public static final Option<Boolean> SNAPSTART =
      toggle("snapstart")
          .ofFunction()
          .help(
              "Initialise as for a snapshot and restore before the first invocation, so that"
                  + " SnapStart hooks run.");

  /** How long the hook after a restore may take. */
  public static final Option<Duration> RESTORE_TIMEOUT =
      seconds("restore-timeout", Range.SECONDS)
          .otherwise(seconds(SandboxConfig.DEFAULT_RESTORE_TIMEOUT))
          .ofFunction()
          .help("How long the runtime's hooks after a restore may take; 0 for no limit.");

  /** How long the runtime may take to end. */
  public static final Option<Duration> SHUTDOWN_GRACE =
      seconds("shutdown-grace", Range.SECONDS)
          .otherwise("0")
          .ofFunction()
          .help(
              "Time between SIGTERM and SIGKILL for the runtime when Rapid ends. The cloud kills at"
                  + " once, or after 0.6 s if there are extensions.");

  /** The memory size that the function sees. */
  public static final Option<Integer> MEMORY =
      value("memory", "MB", Checks::megabytes)
          .range(new Range(1, Checks.MAX_MEGABYTES, false))
          .functionVariables("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
          .otherwise(Integer.toString(FunctionSettings.DEFAULT_MEMORY_MEGABYTES))
          .ofFunction()
          .help(
              "Memory size that the function sees and reports show; it is not enforced. Default:"
                  + " AWS_LAMBDA_FUNCTION_MEMORY_SIZE or 3008.");

  /** The function's own variables. */
  public static final Option<Map<String, String>> ENV =
      variables("env", "NAME=VALUE")
          .ofFunction()
          .help("Environment variable of the function; may be given several times.");

  /** A file with the function's own variables. */
  public static final Option<Map<String, String>> ENV_FILE =
      inContext("env-file", "FILE", EnvFile::read)
          .ofFunction()
          .help(
              "File with lines NAME=VALUE; --env counts more. It may have 'export' before a name,"
                  + " quotes around a value, and comments after #.");

  /** Where the function runs. */
  public static final Option<Path> CWD =
      inContext("cwd", "DIR", Conversions::directory)
          .ofFunction()
          .help("Working directory of the function. Default: the current directory.");

  /** How many sandboxes the function has. */
  public static final Option<Integer> CONCURRENCY =
      count("concurrency", 0, Checks.MAX_COUNT)
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(
              "How many sandboxes the function may have at once; 0 answers 429 always. They start"
                  + " when invocations would wait. Default: as many as --reserved-concurrency"
                  + " needs, or "
                  + ConcurrencySettings.DEFAULT_SANDBOXES
                  + ".");

  /** How many invocations are kept for the function. */
  public static final Option<Integer> RESERVED_CONCURRENCY =
      count("reserved-concurrency", 0, Checks.MAX_COUNT)
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(
              "How many invocations at once are kept for the function, and its limit; 0 answers"
                  + " 429 always.");

  /** How many sandboxes are always initialised. */
  public static final Option<Integer> PROVISIONED =
      count("provisioned", 0, Checks.MAX_COUNT)
          .onlyIn(Command.SERVE)
          .otherwise(Integer.toString(ConcurrencySettings.DEFAULT.provisioned()))
          .ofFunction()
          .help(
              "How many sandboxes are initialised at the start and kept, as with provisioned"
                  + " concurrency.");

  /** How long a sandbox may be idle. */
  public static final Option<Duration> IDLE_TIMEOUT =
      seconds("idle-timeout", Range.SECONDS)
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(
              "How long a sandbox may be idle before it ends; 0 for a new sandbox for each"
                  + " invocation. Default: it stays.");

  /** What callers get when all sandboxes are busy. */
  public static final Option<WhenBusy> WHEN_BUSY =
      choice("when-busy", "MODE", List.of(WhenBusy.values()))
          .onlyIn(Command.SERVE)
          .otherwise(word(ConcurrencySettings.DEFAULT.whenBusy()))
          .ofFunction()
          .help(
              "What callers get when all sandboxes are busy: queue, they wait; or throttle, 429 as"
                  + " in the cloud.");

  /** How many invocations a sandbox runs at once. */
  public static final Option<Integer> MAX_CONCURRENCY =
      count("max-concurrency", 1, Checks.MAX_COUNT)
          .functionVariables(Settings.MAX_CONCURRENCY_VARIABLE)
          .otherwise(Integer.toString(ConcurrencySettings.DEFAULT.maxConcurrency()))
          .ofFunction()
          .help(
              "How many invocations one sandbox runs at once, if its runtime can. Default:"
                  + " AWS_LAMBDA_MAX_CONCURRENCY or 1.");

  /** How many requests callers may send. */
  public static final Option<Integer> REQUESTS_PER_SECOND =
      count("requests-per-second", 1, MAX_REQUESTS)
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help("How many requests callers may send in a second; further ones get 429.");

  /** Whether tenants have sandboxes of their own. */
  public static final Option<Boolean> TENANT_ISOLATION =
      toggle("tenant-isolation")
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help("Each sandbox serves one tenant (X-Amz-Tenant-Id) for its whole life.");

  /** Whether processes stand still between invocations. */
  public static final Option<Boolean> FREEZE =
      toggle("freeze")
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(
              "Stop the processes of a sandbox between invocations (SIGSTOP), as the cloud does,"
                  + " so that work left behind after the response shows.");

  /** How many invocations run at once in all. */
  public static final Option<Integer> TOTAL_CONCURRENCY =
      count("total-concurrency", 1, Checks.MAX_COUNT)
          .onlyIn(Command.SERVE)
          .help(
              "How many invocations all functions together run at once, as the limit of an"
                  + " account. Default: no limit.");

  /** How much Rapid logs about itself. */
  public static final Option<LogLevel> LOG_LEVEL =
      choice("log-level", "LEVEL", List.of(LogLevel.values()))
          .otherwise(word(LogLevel.INFO))
          .help("Rapid's own log on stderr: error, warn, info, debug or trace.");

  /** How function output and reports look. */
  public static final Option<LogFormat> LOG_FORMAT =
      choice("log-format", "FORMAT", List.of(LogFormat.values()))
          .otherwise(word(LogFormat.TEXT))
          .ofFunction()
          .help("Format of function output and of START, END, REPORT: text or json.");

  /** Whether runtime clients get a descriptor for whole log messages. */
  public static final Option<FramedLog> FRAMED_LOG =
      choice("framed-log", "MODE", List.of(FramedLog.values()))
          .otherwise(word(FramedLog.AUTO))
          .ofFunction()
          .help(
              "Let AWS's runtime clients write whole log messages: auto (where the command starts"
                  + " the client itself), on or off.");

  /** Whether extensions can subscribe to telemetry. */
  public static final Option<TelemetryMode> TELEMETRY =
      choice("telemetry", "MODE", List.of(TelemetryMode.ON, TelemetryMode.STUB))
          .otherwise(word(TelemetryMode.ON))
          .ofFunction()
          .help("Telemetry API and Logs API for extensions: on, or stub to answer as RIE does.");

  /** Where lifecycle events are written. */
  public static final Option<String> EVENTS =
      value("events", "FILE", text -> text)
          .help(
              "Write every lifecycle event and log line as JSON, one on each line; - is stdout, and"
                  + " then the function's log goes to stderr.");

  /** The region in ARNs and in the function's environment. */
  public static final Option<String> REGION =
      value("region", "REGION", Checks::region)
          .pattern("^[a-z0-9-]+$")
          .ofFunction()
          .help("Region of the function. Default: AWS_REGION, AWS_DEFAULT_REGION or us-east-1.");

  /** The account in ARNs. */
  public static final Option<String> ACCOUNT_ID =
      value("account-id", "DIGITS", Conversions::accountId)
          .pattern("^[0-9]{12}$")
          .otherwise(FunctionSettings.DEFAULT_ACCOUNT_ID)
          .ofFunction()
          .help("Account in the function's ARN.");

  /** Whether init waits for the first invocation. */
  public static final Option<Boolean> LAZY_INIT =
      toggle("lazy-init")
          .onlyIn(Command.SERVE)
          .help("Initialise the function at the first invocation, not at once.");

  /** Whether the control API is served. */
  public static final Option<Boolean> CONTROL_API =
      toggle("control-api")
          .onlyIn(Command.SERVE)
          .help(
              "Serve the standalone control API (/test/...), which initialises, resets and restores"
                  + " the sandbox. Init then waits for it, or for the first invocation.");

  /** Where the control API is. */
  public static final Option<HostPort> CONTROL_API_ADDRESS =
      value("control-api-address", "HOST:PORT", Conversions::address)
          .pattern("^.+:[0-9]{1,5}$")
          .onlyIn(Command.SERVE)
          .otherwise("127.0.0.1:8081")
          .help("Address of the control API. Any client that reaches it can start processes.");

  /** Whether streamed responses have the cloud's bandwidth. */
  public static final Option<ResponseShaping> RESPONSE_SHAPING =
      choice("response-shaping", "MODE", List.of(ResponseShaping.values()))
          .onlyIn(Command.SERVE)
          .otherwise(word(FrontEnd.DEFAULT.shaping()))
          .help(
              "Streamed responses: on for the cloud's pace (6 MiB at once, then 2 MiB/s, 200 MiB in"
                  + " all), or off.");

  /** Whether the end of an event stream has the error. */
  public static final Option<StreamErrors> STREAM_ERRORS =
      choice("stream-errors", "MODE", List.of(StreamErrors.values()))
          .onlyIn(Command.SERVE)
          .otherwise(word(FrontEnd.DEFAULT.streamErrors()))
          .help(
              "Errors at the end of an event stream: report them, or aws to leave them out as AWS"
                  + " does.");

  /** Which web pages may send requests. */
  public static final Option<List<String>> ALLOWED_ORIGIN =
      list("allowed-origin", "ORIGIN", Conversions::origin)
          .onlyIn(Command.SERVE)
          .help(
              "Origin of web pages that may send requests, for example https://example.com, or *"
                  + " for any; may be given several times. CORS settings allow their origins"
                  + " anyway.");

  /** What pages of other origins may do with the Invoke API. */
  public static final Option<CorsSettings> INVOKE_CORS =
      json("invoke-cors", "JSON", (text, context) -> CorsJson.parse(text).forInvokeApi())
          .onlyIn(Command.SERVE)
          .help(
              "CORS settings of the Invoke API, for example"
                  + " {\"AllowOrigins\":[\"http://localhost:3000\"]}.");

  /** How often an asynchronous invocation is tried. */
  public static final Option<Integer> ASYNC_ATTEMPTS =
      count("async-attempts", 1, AsyncSettings.MAX_ATTEMPTS)
          .onlyIn(Command.SERVE)
          .otherwise(Integer.toString(AsyncSettings.DEFAULT.attempts()))
          .ofFunction()
          .help(
              "How often an asynchronous invocation (X-Amz-Invocation-Type: Event) that fails is"
                  + " tried in all, 1 to 3.");

  /** The wait before an asynchronous invocation is tried again. */
  public static final Option<Duration> ASYNC_RETRY_BASE =
      seconds("async-retry-base", Range.SECONDS)
          .onlyIn(Command.SERVE)
          .otherwise(seconds(AsyncSettings.DEFAULT.retryBase()))
          .ofFunction()
          .help(
              "Wait before the second attempt of an asynchronous invocation; it is twice as long"
                  + " before the third.");

  /** How old an asynchronous invocation may become. */
  public static final Option<Duration> ASYNC_MAX_AGE =
      seconds("async-max-age", Range.seconds(AsyncSettings.MIN_AGE, AsyncSettings.MAX_AGE))
          .onlyIn(Command.SERVE)
          .otherwise(seconds(AsyncSettings.DEFAULT.maxAge()))
          .ofFunction()
          .help(
              "An asynchronous invocation that would be older than that at its next attempt is"
                  + " given up; 60 to 21600.");

  /** How long the end waits for asynchronous invocations. */
  public static final Option<Duration> ASYNC_DRAIN =
      seconds("async-drain", Range.SECONDS)
          .onlyIn(Command.SERVE)
          .otherwise("0")
          .help("How long the end of Rapid waits for asynchronous invocations that were accepted.");

  /** Where callers are refused as in the cloud. */
  public static final Option<List<StrictRule>> STRICT =
      list("strict", "RULE", text -> Conversions.constant(List.of(StrictRule.values()), text))
          .constants(List.of(StrictRule.values()))
          .onlyIn(Command.SERVE)
          .help(
              "Refuse as the cloud does where it does not matter here: region or account (of ARNs),"
                  + " model (DryRun of streams), concurrency (429 instead of"
                  + " waiting); may be given several times.");

  /** How the function URL answers. */
  public static final Option<UrlInvokeMode> FUNCTION_URL_MODE =
      choice("function-url-mode", "MODE", List.of(UrlInvokeMode.values()))
          .onlyIn(Command.SERVE)
          .otherwise(word(UrlInvokeMode.BUFFERED))
          .ofFunction()
          .help(
              "Invoke mode of the function URL (/lambda-url/NAME/...): buffered or"
                  + " response_stream.");

  /** Who may call the function URL. */
  public static final Option<UrlAuthType> FUNCTION_URL_AUTH =
      choice("function-url-auth", "TYPE", List.of(UrlAuthType.values()))
          .onlyIn(Command.SERVE)
          .otherwise(word(UrlAuthType.NONE))
          .ofFunction()
          .help(
              "Who may call the function URL: none for all callers, or aws_iam for those that"
                  + " sign.");

  /** What pages of other origins may do with the function URL. */
  public static final Option<CorsSettings> FUNCTION_URL_CORS =
      json("function-url-cors", "JSON", (text, context) -> CorsJson.parse(text))
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help("CORS settings of the function URL, for example {\"AllowOrigins\":[\"*\"]}.");

  /** Where the function URL is besides its path. */
  public static final Option<HostPort> FUNCTION_URL_ADDRESS =
      value("function-url-address", "HOST:PORT", Conversions::address)
          .pattern("^.+:[0-9]{1,5}$")
          .onlyIn(Command.SERVE)
          .help("Another address at which every path is the function URL's.");

  /** Whether the response is printed while it comes. */
  public static final Option<Boolean> STREAM =
      toggle("stream")
          .onlyIn(Command.INVOKE)
          .help("Print the response while the function sends it.");

  /** What the function is invoked with. */
  public static final Option<byte[]> EVENT =
      json("event", "JSON|@FILE|-", Conversions::payload)
          .secretUnless(text -> text.startsWith("@") || text.equals("-"))
          .onlyIn(Command.INVOKE)
          .otherwise("{}")
          .help("The payload: JSON text, @ and the name of a file, or - for stdin.");

  /** Which running Rapid to invoke. */
  public static final Option<URI> URL =
      value("url", "URL", Conversions::url)
          .pattern("^https?://.+$")
          .onlyIn(Command.INVOKE)
          .help(
              "Invoke the function of a Rapid that runs already, for example"
                  + " http://127.0.0.1:8080.");

  /** The configuration file. */
  public static final Option<ConfigFile> CONFIG =
      inContext("config", "FILE", ConfigFile::read)
          .help(
              "File with options: FILE.yaml, for example with a line 'timeout: 3', or"
                  + " FILE.properties.");

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
  private interface Reading<T> {
    T read(Option<T> option, List<RawValue> values, ProcessContext context);
  }

  /** Converts one text. Throws the exceptions of {@link Conversions}. */
  private interface Check<T> {
    T apply(String text, ProcessContext context);
  }

  /** How a value is written. */
  private enum Form {
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
    /** All count, and several in one text are on lines of their own. */
    VARIABLES
  }

  private final String key;
  private final @Nullable String label;
  private final Form form;
  private final Reading<T> reading;
  private final Set<Command> commands;
  private final boolean ofFunction;
  private final List<String> functionVariables;
  private final @Nullable String defaultValue;
  private final Predicate<String> secret;
  private final List<? extends Enum<?>> constants;
  private final @Nullable Range range;
  private final @Nullable String pattern;
  private final String help;

  private Option(Builder<T> builder, String help) {
    this.key = builder.key;
    this.label = builder.label;
    this.form = builder.form;
    this.reading = builder.reading;
    this.commands = builder.commands;
    this.ofFunction = builder.ofFunction;
    this.functionVariables = builder.functionVariables;
    this.defaultValue = builder.defaultValue;
    this.secret = builder.secret;
    this.constants = builder.constants;
    this.range = builder.range;
    this.pattern = builder.pattern;
    this.help = help;
  }

  // ------------------------------------------------------------------ the words of the table

  private static final class Builder<T> {

    private final String key;
    private final @Nullable String label;
    private final Form form;
    private final Reading<T> reading;
    private Set<Command> commands = EnumSet.allOf(Command.class);
    private boolean ofFunction;
    private List<String> functionVariables = List.of();
    private @Nullable String defaultValue;
    private Predicate<String> secret = text -> false;
    private List<? extends Enum<?>> constants = List.of();
    private @Nullable Range range;
    private @Nullable String pattern;

    Builder(String key, @Nullable String label, Form form, Reading<T> reading) {
      this.key = key;
      this.label = label;
      this.form = form;
      this.reading = reading;
    }

    Builder<T> onlyIn(Command command) {
      commands = EnumSet.of(command);
      return this;
    }

    /** Each function in the file may have its own value. */
    Builder<T> ofFunction() {
      ofFunction = true;
      return this;
    }

    /** Only a function in the file has a value. */
    Builder<T> onlyInFunctions() {
      commands = EnumSet.noneOf(Command.class);
      return ofFunction();
    }

    Builder<T> functionVariables(String... names) {
      functionVariables = List.of(names);
      return this;
    }

    Builder<T> otherwise(String text) {
      defaultValue = text;
      return this;
    }

    /** The value must not appear in messages, except for some texts. */
    Builder<T> secretUnless(Predicate<String> harmless) {
      secret = harmless.negate();
      return this;
    }

    /** The value, or each value, is one of these. */
    Builder<T> constants(List<? extends Enum<?>> values) {
      constants = values;
      return this;
    }

    /** The value is a number in this range. */
    Builder<T> range(Range value) {
      range = value;
      return this;
    }

    /** All values match this regular expression, which editors check. */
    Builder<T> pattern(String regex) {
      pattern = regex;
      return this;
    }

    Option<T> help(String text) {
      Option<T> option = new Option<>(this, text);
      TABLE.add(option);
      return option;
    }
  }

  private static <T> Builder<T> value(String key, String label, Function<String, T> check) {
    return inContext(key, label, (text, context) -> check.apply(text));
  }

  private static <T> Builder<T> inContext(String key, String label, Check<T> check) {
    return single(key, label, Form.SINGLE, check);
  }

  private static <T> Builder<T> json(String key, String label, Check<T> check) {
    return single(key, label, Form.JSON, check);
  }

  private static Builder<Boolean> toggle(String key) {
    return single(key, null, Form.SWITCH, (text, context) -> Conversions.truth(text))
        .otherwise("false");
  }

  private static <T> Builder<T> single(
      String key, @Nullable String label, Form form, Check<T> check) {
    return new Builder<>(
        key,
        label,
        form,
        (option, values, context) -> option.checked(values.getLast(), context, check));
  }

  private static <E extends Enum<E>> Builder<E> choice(
      String key, String label, List<E> constants) {
    return value(key, label, text -> Conversions.constant(constants, text)).constants(constants);
  }

  private static Builder<Integer> count(String key, int least, int most) {
    return value(key, "NUMBER", text -> Checks.count(text, least, most))
        .range(new Range(least, most, false));
  }

  private static Builder<Duration> seconds(String key, Range range) {
    return value(key, "SECONDS", text -> Conversions.seconds(text, range)).range(range);
  }

  private static Builder<List<String>> words(String key, String label) {
    return severalOf(key, label, Form.WORDS, Conversions::word);
  }

  private static <E> Builder<List<E>> list(String key, String label, Function<String, E> check) {
    return severalOf(key, label, Form.LIST, check);
  }

  private static <E> Builder<List<E>> severalOf(
      String key, String label, Form form, Function<String, E> check) {
    Check<E> ofOne = (text, context) -> check.apply(text);
    return new Builder<>(
        key,
        label,
        form,
        (option, values, context) -> {
          List<E> list = new ArrayList<>();
          for (RawValue value : values) {
            list.add(option.checked(value, context, ofOne));
          }
          return list;
        });
  }

  private static Builder<Map<String, String>> variables(String key, String label) {
    Check<Map.Entry<String, String>> ofOne = (text, context) -> Conversions.variable(text);
    return new Builder<Map<String, String>>(
            key,
            label,
            Form.VARIABLES,
            (option, values, context) -> {
              Map<String, String> variables = new LinkedHashMap<>();
              for (RawValue value : values) {
                Map.Entry<String, String> variable = option.checked(value, context, ofOne);
                variables.put(variable.getKey(), variable.getValue());
              }
              return variables;
            })
        .secretUnless(text -> false);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String seconds(Duration duration) {
    return Long.toString(duration.toSeconds());
  }

  // ------------------------------------------------------------------ what readers need

  /** Returns all options of the command line, the environment and the file, in their order. */
  public static List<Option<?>> all() {
    return TABLE.stream().filter(option -> !option.isOnlyInFunctions()).toList();
  }

  /** Returns the options that each function in the file may have. */
  static List<Option<?>> ofFunctions() {
    return TABLE.stream().filter(option -> option.ofFunction).toList();
  }

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

  /** Returns whether a command has this option. */
  public boolean isIn(Command command) {
    return commands.contains(command);
  }

  /** Returns whether each function in the file may have its own value. */
  boolean isOfFunction() {
    return ofFunction;
  }

  /** Returns whether there is no value except that of a function in the file. */
  boolean isOnlyInFunctions() {
    return commands.isEmpty();
  }

  /** Returns whether several values may be given. */
  boolean isRepeatable() {
    return form == Form.LIST || form == Form.WORDS || form == Form.VARIABLES;
  }

  /** Returns whether the value is JSON. */
  boolean isJson() {
    return form == Form.JSON;
  }

  /** Returns whether it is a switch: true or false. */
  boolean isSwitch() {
    return form == Form.SWITCH;
  }

  /** Returns whether several values in one text are separated by commas. */
  boolean isList() {
    return form == Form.LIST;
  }

  /** Returns the words that are values, in the order of the help; empty if others are too. */
  List<String> words() {
    return constants.stream().map(Option::word).toList();
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
      case SINGLE, SWITCH, JSON -> values.add(new RawValue(text, origin));
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
      case VARIABLES -> {
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

  private <V> V checked(RawValue value, ProcessContext context, Check<V> check) {
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

package dev.rapid.cli.config;

import static dev.rapid.cli.config.OptionBuilder.choice;
import static dev.rapid.cli.config.OptionBuilder.count;
import static dev.rapid.cli.config.OptionBuilder.inContext;
import static dev.rapid.cli.config.OptionBuilder.json;
import static dev.rapid.cli.config.OptionBuilder.list;
import static dev.rapid.cli.config.OptionBuilder.seconds;
import static dev.rapid.cli.config.OptionBuilder.toggle;
import static dev.rapid.cli.config.OptionBuilder.value;
import static dev.rapid.cli.config.OptionBuilder.variables;
import static dev.rapid.cli.config.OptionBuilder.word;
import static dev.rapid.cli.config.OptionBuilder.words;

import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.cli.config.Option.Range;
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
import dev.rapid.invokeapi.url.CorsSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The table of the options of functions that Rapid starts with a command, and of the program: name,
 * type and check, default, the commands that have it, and help.
 *
 * <p>{@link AsyncOptions}, {@link ManagedOptions}, {@link ApiOptions}, {@link WorkerOptions},
 * {@link FnOptions}, {@link AzureOptions} and {@link KapacitorOptions} are the rest of the table.
 */
public final class Options {

  private static final List<Option<?>> TABLE = new ArrayList<>();

  /** More requests in a second than Rapid can answer. */
  private static final int MAX_REQUESTS = 1_000_000;

  /** Where callers invoke the function. */
  public static final Option<HostPort> LISTEN =
      value("listen", "HOST:PORT", Conversions::address)
          .onlyIn(Command.SERVE, Command.INVOKE, Command.CONFIG)
          .pattern("^.+:[0-9]{1,5}$")
          .otherwise(Listeners.DEFAULT_CALLERS.toString())
          .help(
              TABLE,
              "Address for callers; port 0 picks a free one. 'invoke' calls in-process and ignores"
                  + " it.");

  /** The host names that requests may use. */
  public static final Option<List<String>> ALLOWED_HOST =
      list("allowed-host", "NAME", Conversions::hostName)
          .help(
              TABLE,
              "Host name by which Rapid may be called, besides IP addresses and localhost; *.NAME"
                  + " for all below a name, * for any; may be given several times.");

  /** Where the runtime finds the Runtime API. */
  public static final Option<HostPort> RUNTIME_API_ADDRESS =
      value("runtime-api-address", "HOST:PORT", Conversions::address)
          .pattern("^.+:[0-9]{1,5}$")
          .help(
              TABLE,
              "Address of the Runtime API. Default: 127.0.0.1 and a free port;"
                  + " without a COMMAND 127.0.0.1:9001.");

  /** The function's name. */
  public static final Option<String> FUNCTION_NAME =
      value("function-name", "NAME", Checks::functionName)
          .onlyIn(Command.SERVE, Command.INVOKE, Command.ASYNC)
          .pattern("^[A-Za-z0-9_-]{1,64}$")
          .functionVariables("AWS_LAMBDA_FUNCTION_NAME")
          .otherwise(FunctionIdentity.ALIAS)
          .help(
              TABLE,
              "Name of the function; 'function' always works too. Default: AWS_LAMBDA_FUNCTION_NAME"
                  + " or function.");

  /** What starts the runtime of a function in the file. */
  public static final Option<List<String>> COMMAND =
      words("command", Command.FUNCTION_COMMAND)
          .onlyInFunctions()
          .help(
              TABLE,
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
              TABLE,
              "Version of the function: $LATEST or a number. Default: AWS_LAMBDA_FUNCTION_VERSION"
                  + " or $LATEST.");

  /** What the runtime runs. */
  public static final Option<String> HANDLER =
      value("handler", "HANDLER", text -> text)
          .functionVariables("AWS_LAMBDA_FUNCTION_HANDLER", "_HANDLER")
          .ofFunction()
          .help(
              TABLE,
              "Handler that the runtime finds in _HANDLER. Default: AWS_LAMBDA_FUNCTION_HANDLER or"
                  + " _HANDLER.");

  /** How long an invocation may take. */
  public static final Option<Duration> TIMEOUT =
      seconds("timeout", Range.SECONDS)
          .otherwise(seconds(FunctionSettings.DEFAULT_TIMEOUT))
          .ofFunction()
          .help(TABLE, "How long an invocation may take; 0 for no limit.");

  /** How long an init may take. */
  public static final Option<Duration> INIT_TIMEOUT =
      seconds("init-timeout", Range.SECONDS)
          .ofFunction()
          .help(
              TABLE,
              "How long the first init may take; 0 for no limit. Default: 10; with --snapstart 130"
                  + " or --timeout, whichever is longer.");

  /** Where external extensions are. */
  public static final Option<Path> EXTENSIONS_DIR =
      inContext("extensions-dir", "DIR", Conversions::directory)
          .ofFunction()
          .help(
              TABLE,
              "Directory of external extensions; every file in it is started. Default:"
                  + " /opt/extensions, if it exists.");

  /** Whether the runtime is restored before its first invocation. */
  public static final Option<Boolean> SNAPSTART =
      toggle("snapstart")
          .ofFunction()
          .help(
              TABLE,
              "Initialise as for a snapshot and restore before the first invocation, so that"
                  + " SnapStart hooks run.");

  /** How long the hook after a restore may take. */
  public static final Option<Duration> RESTORE_TIMEOUT =
      seconds("restore-timeout", Range.SECONDS)
          .otherwise(seconds(SandboxConfig.DEFAULT_RESTORE_TIMEOUT))
          .ofFunction()
          .help(TABLE, "How long the runtime's hooks after a restore may take; 0 for no limit.");

  /** How long the runtime may take to end. */
  public static final Option<Duration> SHUTDOWN_GRACE =
      seconds("shutdown-grace", Range.SECONDS)
          .otherwise("0")
          .ofFunction()
          .help(
              TABLE,
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
              TABLE,
              "Memory size that the function sees and reports show; it is not enforced. Default:"
                  + " AWS_LAMBDA_FUNCTION_MEMORY_SIZE or 3008.");

  /** The function's own variables. */
  public static final Option<Map<String, String>> ENV =
      variables("env", "NAME=VALUE")
          .ofFunction()
          .help(TABLE, "Environment variable of the function; may be given several times.");

  /** A file with the function's own variables. */
  public static final Option<Map<String, String>> ENV_FILE =
      inContext("env-file", "FILE", EnvFile::read)
          .ofFunction()
          .help(
              TABLE,
              "File with lines NAME=VALUE; --env counts more. It may have 'export' before a name,"
                  + " quotes around a value, and comments after #.");

  /** Where the function runs. */
  public static final Option<Path> CWD =
      inContext("cwd", "DIR", Conversions::directory)
          .ofFunction()
          .help(TABLE, "Working directory of the function. Default: the current directory.");

  /** How many sandboxes the function has. */
  public static final Option<Integer> CONCURRENCY =
      count("concurrency", 0, Checks.MAX_COUNT)
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(
              TABLE,
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
              TABLE,
              "How many invocations at once are kept for the function, and its limit; 0 answers"
                  + " 429 always.");

  /** How many sandboxes are always initialised. */
  public static final Option<Integer> PROVISIONED =
      count("provisioned", 0, Checks.MAX_COUNT)
          .onlyIn(Command.SERVE)
          .otherwise(Integer.toString(ConcurrencySettings.DEFAULT.provisioned()))
          .ofFunction()
          .help(
              TABLE,
              "How many sandboxes are initialised at the start and kept, as with provisioned"
                  + " concurrency.");

  /** How long a sandbox may be idle. */
  public static final Option<Duration> IDLE_TIMEOUT =
      seconds("idle-timeout", Range.SECONDS)
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(
              TABLE,
              "How long a sandbox may be idle before it ends; 0 for a new sandbox for each"
                  + " invocation. Default: it stays.");

  /** What callers get when all sandboxes are busy. */
  public static final Option<WhenBusy> WHEN_BUSY =
      choice("when-busy", "MODE", List.of(WhenBusy.values()))
          .onlyIn(Command.SERVE)
          .otherwise(word(ConcurrencySettings.DEFAULT.whenBusy()))
          .ofFunction()
          .help(
              TABLE,
              "What callers get when all sandboxes are busy: queue, they wait; or throttle, 429 as"
                  + " in the cloud.");

  /** How many invocations a sandbox runs at once. */
  public static final Option<Integer> MAX_CONCURRENCY =
      count("max-concurrency", 1, Checks.MAX_COUNT)
          .functionVariables(Settings.MAX_CONCURRENCY_VARIABLE)
          .otherwise(Integer.toString(ConcurrencySettings.DEFAULT.maxConcurrency()))
          .ofFunction()
          .help(
              TABLE,
              "How many invocations one sandbox runs at once, if its runtime can. Default:"
                  + " AWS_LAMBDA_MAX_CONCURRENCY or 1.");

  /** How many requests callers may send. */
  public static final Option<Integer> REQUESTS_PER_SECOND =
      count("requests-per-second", 1, MAX_REQUESTS)
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(TABLE, "How many requests callers may send in a second; further ones get 429.");

  /** Whether tenants have sandboxes of their own. */
  public static final Option<Boolean> TENANT_ISOLATION =
      toggle("tenant-isolation")
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(TABLE, "Each sandbox serves one tenant (X-Amz-Tenant-Id) for its whole life.");

  /** Whether processes stand still between invocations. */
  public static final Option<Boolean> FREEZE =
      toggle("freeze")
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(
              TABLE,
              "Stop the processes of a sandbox between invocations (SIGSTOP), as the cloud does,"
                  + " so that work left behind after the response shows.");

  /** How many invocations run at once in all. */
  public static final Option<Integer> TOTAL_CONCURRENCY =
      count("total-concurrency", 1, Checks.MAX_COUNT)
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "How many invocations all functions together run at once, as the limit of an"
                  + " account. Default: no limit.");

  /** How much memory the sandboxes have in all. */
  public static final Option<Integer> TOTAL_MEMORY =
      value("total-memory", "MB", Checks::megabytes)
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "How much memory the sandboxes of all functions together may have; each counts with"
                  + " --memory. Idle ones end for others. Default: no limit.");

  /** How much Rapid logs about itself. */
  public static final Option<LogLevel> LOG_LEVEL =
      choice("log-level", "LEVEL", List.of(LogLevel.values()))
          .onlyIn(Command.values())
          .otherwise(word(LogLevel.INFO))
          .help(TABLE, "Rapid's own log on stderr: error, warn, info, debug or trace.");

  /** How function output and reports look. */
  public static final Option<LogFormat> LOG_FORMAT =
      choice("log-format", "FORMAT", List.of(LogFormat.values()))
          .otherwise(word(LogFormat.TEXT))
          .ofFunction()
          .help(TABLE, "Format of function output and of START, END, REPORT: text or json.");

  /** Whether runtime clients get a descriptor for whole log messages. */
  public static final Option<FramedLog> FRAMED_LOG =
      choice("framed-log", "MODE", List.of(FramedLog.values()))
          .otherwise(word(FramedLog.AUTO))
          .ofFunction()
          .help(
              TABLE,
              "Let AWS's runtime clients write whole log messages: auto (where the command starts"
                  + " the client itself), on or off.");

  /** Whether extensions can subscribe to telemetry. */
  public static final Option<TelemetryMode> TELEMETRY =
      choice("telemetry", "MODE", List.of(TelemetryMode.ON, TelemetryMode.STUB))
          .otherwise(word(TelemetryMode.ON))
          .ofFunction()
          .help(
              TABLE,
              "Telemetry API and Logs API for extensions: on, or stub to answer as RIE does.");

  /** Where lifecycle events are written. */
  public static final Option<String> EVENTS =
      value("events", "FILE", text -> text)
          .help(
              TABLE,
              "Write every lifecycle event and log line as JSON, one on each line; - is stdout, and"
                  + " then the function's log goes to stderr.");

  /** The region in ARNs and in the function's environment. */
  public static final Option<String> REGION =
      value("region", "REGION", Checks::region)
          .pattern("^[a-z0-9-]+$")
          .onlyIn(Command.SERVE, Command.INVOKE, Command.CONFIG)
          .ofFunction()
          .help(
              TABLE,
              "Region of the function. Default: AWS_REGION, AWS_DEFAULT_REGION or us-east-1.");

  /** The account in ARNs. */
  public static final Option<String> ACCOUNT_ID =
      value("account-id", "DIGITS", Conversions::accountId)
          .pattern("^[0-9]{12}$")
          .onlyIn(Command.SERVE, Command.INVOKE, Command.CONFIG)
          .otherwise(FunctionSettings.DEFAULT_ACCOUNT_ID)
          .ofFunction()
          .help(TABLE, "Account in the function's ARN.");

  /** Whether init waits for the first invocation. */
  public static final Option<Boolean> LAZY_INIT =
      toggle("lazy-init")
          .onlyIn(Command.SERVE)
          .help(TABLE, "Initialise the function at the first invocation, not at once.");

  /** Whether the control API is served. */
  public static final Option<Boolean> CONTROL_API =
      toggle("control-api")
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "Serve the standalone control API (/test/...), which initialises, resets and restores"
                  + " the sandbox. Init then waits for it, or for the first invocation.");

  /** Where the control API is. */
  public static final Option<HostPort> CONTROL_API_ADDRESS =
      value("control-api-address", "HOST:PORT", Conversions::address)
          .pattern("^.+:[0-9]{1,5}$")
          .onlyIn(Command.SERVE)
          .otherwise("127.0.0.1:8081")
          .help(
              TABLE, "Address of the control API. Any client that reaches it can start processes.");

  /** Whether streamed responses have the cloud's bandwidth. */
  public static final Option<ResponseShaping> RESPONSE_SHAPING =
      choice("response-shaping", "MODE", List.of(ResponseShaping.values()))
          .onlyIn(Command.SERVE)
          .otherwise(word(FrontEnd.DEFAULT.shaping()))
          .help(
              TABLE,
              "Streamed responses: on for the cloud's pace (6 MiB at once, then 2 MiB/s, 200 MiB in"
                  + " all), or off.");

  /** Whether the end of an event stream has the error. */
  public static final Option<StreamErrors> STREAM_ERRORS =
      choice("stream-errors", "MODE", List.of(StreamErrors.values()))
          .onlyIn(Command.SERVE)
          .otherwise(word(FrontEnd.DEFAULT.streamErrors()))
          .help(
              TABLE,
              "Errors at the end of an event stream: report them, or aws to leave them out as AWS"
                  + " does.");

  /** Which web pages may send requests. */
  public static final Option<List<String>> ALLOWED_ORIGIN =
      list("allowed-origin", "ORIGIN", Conversions::origin)
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "Origin of web pages that may send requests, for example https://example.com, or *"
                  + " for any; may be given several times. CORS settings allow their origins"
                  + " anyway.");

  /** What pages of other origins may do with the Invoke API. */
  public static final Option<CorsSettings> INVOKE_CORS =
      json("invoke-cors", "JSON", (text, context) -> CorsJson.parse(text).forInvokeApi())
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "CORS settings of the Invoke API, for example"
                  + " {\"AllowOrigins\":[\"http://localhost:3000\"]}.");

  /** How long callers are served after the announcement of the end. */
  public static final Option<Duration> DRAIN_DELAY =
      seconds("drain-delay", Range.SECONDS)
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
              "How long Rapid serves callers after SIGTERM, while /_rapid/ready answers 503 so that"
                  + " load balancers notice; then running requests finish. Default: it ends at"
                  + " once.");

  /** Where callers are refused as in the cloud. */
  public static final Option<List<StrictRule>> STRICT =
      list("strict", "RULE", text -> Conversions.constant(List.of(StrictRule.values()), text))
          .constants(List.of(StrictRule.values()))
          .onlyIn(Command.SERVE)
          .help(
              TABLE,
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
              TABLE,
              "Invoke mode of the function URL (/lambda-url/NAME/...): buffered or"
                  + " response_stream.");

  /** Who may call the function URL. */
  public static final Option<UrlAuthType> FUNCTION_URL_AUTH =
      choice("function-url-auth", "TYPE", List.of(UrlAuthType.values()))
          .onlyIn(Command.SERVE)
          .otherwise(word(UrlAuthType.NONE))
          .ofFunction()
          .help(
              TABLE,
              "Who may call the function URL: none for all callers, or aws_iam for those that"
                  + " sign.");

  /** What pages of other origins may do with the function URL. */
  public static final Option<CorsSettings> FUNCTION_URL_CORS =
      json("function-url-cors", "JSON", (text, context) -> CorsJson.parse(text))
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(
              TABLE, "CORS settings of the function URL, for example {\"AllowOrigins\":[\"*\"]}.");

  /** Where the function URL is besides its path. */
  public static final Option<HostPort> FUNCTION_URL_ADDRESS =
      value("function-url-address", "HOST:PORT", Conversions::address)
          .pattern("^.+:[0-9]{1,5}$")
          .onlyIn(Command.SERVE)
          .help(TABLE, "Another address at which every path is the function URL's.");

  /** Whether the response is printed while it comes. */
  public static final Option<Boolean> STREAM =
      toggle("stream")
          .onlyIn(Command.INVOKE)
          .help(TABLE, "Print the response while the function sends it.");

  /** What the function is invoked with. */
  public static final Option<byte[]> EVENT =
      json("event", "JSON|@FILE|-", Conversions::payload)
          .secretUnless(text -> text.startsWith("@") || text.equals("-"))
          .onlyIn(Command.INVOKE)
          .otherwise("{}")
          .help(TABLE, "The payload: JSON text, @ and the name of a file, or - for stdin.");

  /** Which running Rapid is meant. */
  public static final Option<URI> URL =
      value("url", "URL", Conversions::url)
          .pattern("^https?://.+$")
          .onlyIn(Command.INVOKE, Command.ASYNC)
          .help(
              TABLE,
              "A Rapid that runs already: 'invoke' invokes its function, 'async' shows its queue."
                  + " Default of 'async': http://127.0.0.1:8080.");

  /** The configuration file. */
  public static final Option<ConfigFile> CONFIG =
      inContext("config", "FILE", ConfigFile::read)
          .onlyIn(Command.SERVE, Command.INVOKE, Command.DOCTOR)
          .notInFiles()
          .help(
              TABLE,
              "File with options: FILE.yaml, for example with a line 'timeout: 3', or"
                  + " FILE.properties.");

  private Options() {}

  /** Returns all options of the command line, the environment and the file, in their order. */
  public static List<Option<?>> all() {
    return table().filter(option -> !option.isOnlyInFile()).toList();
  }

  /** Returns the options that may be at the top of a file. */
  static List<Option<?>> ofFiles() {
    return table().filter(option -> option.isOfFile() && !option.isOnlyInFunctions()).toList();
  }

  /** Returns the options that each function in the file may have. */
  static List<Option<?>> ofFunctions() {
    return table().filter(Option::isOfFunction).toList();
  }

  private static Stream<Option<?>> table() {
    return Stream.of(
            TABLE,
            AsyncOptions.TABLE,
            QueueOptions.TABLE,
            ManagedOptions.TABLE,
            ApiOptions.TABLE,
            WorkerOptions.TABLE,
            FnOptions.TABLE,
            AzureOptions.TABLE,
            KapacitorOptions.TABLE)
        .flatMap(List::stream);
  }
}

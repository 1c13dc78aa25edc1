package dev.rapid.cli.config;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every option of {@code rapid}. Each can also be given by an environment variable and in the
 * configuration file; see {@link Settings} for which one counts.
 */
public enum Option {
  /** Where callers invoke the function. */
  LISTEN(
      "listen",
      "HOST:PORT",
      Scope.BOTH,
      "127.0.0.1:8080",
      "Address for callers; port 0 picks a free one. 'invoke' calls in-process and ignores it."),
  /** By which names callers may call. */
  ALLOWED_HOST(
      "allowed-host",
      "NAME",
      Scope.BOTH,
      null,
      "Host name by which Rapid may be called, besides IP addresses and localhost; *.NAME for all"
          + " below a name, * for any; may be given several times."),
  /** Where the runtime finds the Runtime API. */
  RUNTIME_API_ADDRESS(
      "runtime-api-address",
      "HOST:PORT",
      Scope.BOTH,
      null,
      "Address of the Runtime API. Default: 127.0.0.1 and a free port;"
          + " without a COMMAND 127.0.0.1:9001."),
  /** The function's name. */
  FUNCTION_NAME(
      "function-name",
      "NAME",
      Scope.BOTH,
      "function",
      "Name of the function; 'function' always works too. Default: AWS_LAMBDA_FUNCTION_NAME or"
          + " function."),
  /** The function's version. */
  FUNCTION_VERSION(
      "function-version",
      "VERSION",
      Scope.BOTH,
      "$LATEST",
      "Version of the function: $LATEST or a number. Default: AWS_LAMBDA_FUNCTION_VERSION or"
          + " $LATEST."),
  /** What the runtime is told to run. */
  HANDLER(
      "handler",
      "HANDLER",
      Scope.BOTH,
      null,
      "Handler that the runtime finds in _HANDLER. Default: AWS_LAMBDA_FUNCTION_HANDLER or"
          + " _HANDLER."),
  /** How long an invocation may take. */
  TIMEOUT(
      "timeout", "SECONDS", Scope.BOTH, "300", "How long an invocation may take; 0 for no limit."),
  /** How long an init may take. */
  INIT_TIMEOUT(
      "init-timeout",
      "SECONDS",
      Scope.BOTH,
      null,
      "How long the first init may take; 0 for no limit. Default: 10; with --snapstart 130 or"
          + " --timeout, whichever is longer."),
  /** Where external extensions are. */
  EXTENSIONS_DIR(
      "extensions-dir",
      "DIR",
      Scope.BOTH,
      null,
      "Directory of external extensions; every file in it is started. Default: /opt/extensions, if"
          + " it exists."),
  /** Whether the runtime is restored before its first invocation. */
  SNAPSTART(
      "snapstart",
      null,
      Scope.BOTH,
      "false",
      "Initialise as for a snapshot and restore before the first invocation, so that SnapStart"
          + " hooks run."),
  /** How long the hook after a restore may take. */
  RESTORE_TIMEOUT(
      "restore-timeout",
      "SECONDS",
      Scope.BOTH,
      "10",
      "How long the runtime's hooks after a restore may take; 0 for no limit."),
  /** How long the runtime may take to end. */
  SHUTDOWN_GRACE(
      "shutdown-grace",
      "SECONDS",
      Scope.BOTH,
      "0",
      "Time between SIGTERM and SIGKILL for the runtime when Rapid ends. The cloud kills at once,"
          + " or after 0.6 s if there are extensions."),
  /** The memory that the function believes to have. */
  MEMORY(
      "memory",
      "MB",
      Scope.BOTH,
      "3008",
      "Memory size that the function is told and that is reported; it is not enforced. Default:"
          + " AWS_LAMBDA_FUNCTION_MEMORY_SIZE or 3008."),
  /** The function's own variables. */
  ENV(
      "env",
      "NAME=VALUE",
      Scope.BOTH,
      null,
      "Environment variable of the function; may be given several times."),
  /** A file with the function's own variables. */
  ENV_FILE(
      "env-file",
      "FILE",
      Scope.BOTH,
      null,
      "File with lines NAME=VALUE; --env counts more. It may have 'export' before a name, quotes"
          + " around a value, and comments after #."),
  /** Where the function runs. */
  CWD(
      "cwd",
      "DIR",
      Scope.BOTH,
      null,
      "Working directory of the function. Default: the current directory."),
  /** How much Rapid tells about itself. */
  LOG_LEVEL(
      "log-level",
      "LEVEL",
      Scope.BOTH,
      "info",
      "Rapid's own log on stderr: error, warn, info, debug or trace."),
  /** How function output and reports look. */
  LOG_FORMAT(
      "log-format",
      "FORMAT",
      Scope.BOTH,
      "text",
      "Format of function output and of START, END, REPORT: text or json."),
  /** Whether runtime clients get a descriptor for whole log messages. */
  FRAMED_LOG(
      "framed-log",
      "MODE",
      Scope.BOTH,
      "auto",
      "Let AWS's runtime clients write whole log messages: auto (where the command starts the"
          + " client itself), on or off."),
  /** Whether extensions can subscribe to telemetry. */
  TELEMETRY(
      "telemetry",
      "MODE",
      Scope.BOTH,
      "on",
      "Telemetry API and Logs API for extensions: on, or stub to answer as RIE does."),
  /** Where lifecycle events are written. */
  EVENTS(
      "events",
      "FILE",
      Scope.BOTH,
      null,
      "Write every lifecycle event and log line as JSON, one on each line; - is stdout, and then"
          + " the function's log goes to stderr."),
  /** The region in ARNs and in the function's environment. */
  REGION(
      "region",
      "REGION",
      Scope.BOTH,
      null,
      "Region of the function. Default: AWS_REGION, AWS_DEFAULT_REGION or us-east-1."),
  /** The account in ARNs. */
  ACCOUNT_ID("account-id", "DIGITS", Scope.BOTH, "000000000000", "Account in the function's ARN."),
  /** Whether init waits for the first invocation. */
  LAZY_INIT(
      "lazy-init",
      null,
      Scope.SERVE,
      "false",
      "Initialise the function at the first invocation, not at once."),
  /** Whether the control API is served. */
  CONTROL_API(
      "control-api",
      null,
      Scope.SERVE,
      "false",
      "Serve the standalone control API (/test/...), which initialises, resets and restores the"
          + " sandbox. Init then waits for it, or for the first invocation."),
  /** Where the control API is. */
  CONTROL_API_ADDRESS(
      "control-api-address",
      "HOST:PORT",
      Scope.SERVE,
      "127.0.0.1:8081",
      "Address of the control API. Whoever reaches it can start processes."),
  /** Whether streamed responses have the cloud's bandwidth. */
  RESPONSE_SHAPING(
      "response-shaping",
      "MODE",
      Scope.SERVE,
      "on",
      "Streamed responses: on for the cloud's pace (6 MiB at once, then 2 MiB/s, 200 MiB in all),"
          + " or off."),
  /** Whether the end of an event stream tells what went wrong. */
  STREAM_ERRORS(
      "stream-errors",
      "MODE",
      Scope.SERVE,
      "report",
      "Errors at the end of an event stream: report them, or aws to leave them out as AWS does."),
  /** Which web pages may send requests. */
  ALLOWED_ORIGIN(
      "allowed-origin",
      "ORIGIN",
      Scope.SERVE,
      null,
      "Origin of web pages that may send requests, for example https://example.com, or * for any;"
          + " may be given several times. CORS settings allow their origins anyway."),
  /** What pages of other origins may do with the Invoke API. */
  INVOKE_CORS(
      "invoke-cors",
      "JSON",
      Scope.SERVE,
      null,
      "CORS settings of the Invoke API, for example"
          + " {\"AllowOrigins\":[\"http://localhost:3000\"]}."),
  /** How often an event is tried. */
  ASYNC_ATTEMPTS(
      "async-attempts",
      "NUMBER",
      Scope.SERVE,
      "3",
      "How often an event (X-Amz-Invocation-Type: Event) that fails is tried in all, 1 to 3."),
  /** What is waited before an event is tried again. */
  ASYNC_RETRY_BASE(
      "async-retry-base",
      "SECONDS",
      Scope.SERVE,
      "60",
      "Wait before the second attempt of an event; it is twice as long before the third."),
  /** How old an event may become. */
  ASYNC_MAX_AGE(
      "async-max-age",
      "SECONDS",
      Scope.SERVE,
      "21600",
      "An event that would be older than that at its next attempt is given up; 60 to 21600."),
  /** How long the end waits for events. */
  ASYNC_DRAIN(
      "async-drain",
      "SECONDS",
      Scope.SERVE,
      "0",
      "How long the end of Rapid waits for events that were accepted."),
  /** Where callers are refused as in the cloud. */
  STRICT(
      "strict",
      "RULE",
      Scope.SERVE,
      null,
      "Refuse as the cloud does where it does not matter here: region or account (of ARNs), tenant"
          + " (ids), model (DryRun of streams), concurrency (429 instead of waiting); may be given"
          + " several times."),
  /** How the function URL answers. */
  FUNCTION_URL_MODE(
      "function-url-mode",
      "MODE",
      Scope.SERVE,
      "buffered",
      "Invoke mode of the function URL (/lambda-url/NAME/...): buffered or response_stream."),
  /** Who may call the function URL. */
  FUNCTION_URL_AUTH(
      "function-url-auth",
      "TYPE",
      Scope.SERVE,
      "none",
      "Who may call the function URL: none for everybody, or aws_iam for whoever signs."),
  /** What pages of other origins may do with the function URL. */
  FUNCTION_URL_CORS(
      "function-url-cors",
      "JSON",
      Scope.SERVE,
      null,
      "CORS settings of the function URL, for example {\"AllowOrigins\":[\"*\"]}."),
  /** Where the function URL is besides its path. */
  FUNCTION_URL_ADDRESS(
      "function-url-address",
      "HOST:PORT",
      Scope.SERVE,
      null,
      "Another address at which every path is the function URL's."),
  /** Whether the response is printed while it comes. */
  STREAM("stream", null, Scope.INVOKE, "false", "Print the response while the function sends it."),
  /** What the function is invoked with. */
  EVENT(
      "event",
      "JSON|@FILE|-",
      Scope.INVOKE,
      "{}",
      "The event: JSON text, @ and the name of a file, or - for stdin."),
  /** Which running Rapid to invoke. */
  URL(
      "url",
      "URL",
      Scope.INVOKE,
      null,
      "Invoke the function of a Rapid that runs already, for example http://127.0.0.1:8080."),
  /** The configuration file. */
  CONFIG(
      "config",
      "FILE",
      Scope.BOTH,
      null,
      "File with options: FILE.yaml, for example with a line 'timeout: 3', or FILE.properties.");

  /** Which commands have an option. */
  public enum Scope {
    BOTH,
    SERVE,
    INVOKE
  }

  private final String key;
  private final @Nullable String label;
  private final Scope scope;
  private final @Nullable String defaultValue;
  private final String help;

  Option(
      String key, @Nullable String label, Scope scope, @Nullable String defaultValue, String help) {
    this.key = key;
    this.label = label;
    this.scope = scope;
    this.defaultValue = defaultValue;
    this.help = help;
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
   * Returns the variables of Rapid's own environment that count before the default, the first of
   * them most: what a function's environment says is the same for whoever starts Rapid in it.
   */
  public List<String> functionVariables() {
    return switch (this) {
      case FUNCTION_NAME -> List.of("AWS_LAMBDA_FUNCTION_NAME");
      case FUNCTION_VERSION -> List.of("AWS_LAMBDA_FUNCTION_VERSION");
      case HANDLER -> List.of("AWS_LAMBDA_FUNCTION_HANDLER", "_HANDLER");
      case MEMORY -> List.of("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
      default -> List.of();
    };
  }

  /** Returns what the help shows for the value, null for a switch. */
  public @Nullable String label() {
    return label;
  }

  /** Returns the value that counts if there is no other, null if that depends. */
  public @Nullable String defaultValue() {
    return defaultValue;
  }

  public String help() {
    return help;
  }

  /** Returns whether several values may be given. */
  boolean isRepeatable() {
    return switch (this) {
      case ENV, ALLOWED_HOST, ALLOWED_ORIGIN, STRICT -> true;
      default -> false;
    };
  }

  /** Returns whether the value is JSON. */
  boolean isJson() {
    return label != null && label.startsWith("JSON");
  }

  /**
   * Returns the values in one text: lines of variables, and what commas separate where several
   * values may be given.
   */
  List<RawValue> split(String text, Origin origin) {
    Stream<String> values =
        this == ENV
            ? text.lines().filter(line -> !line.isBlank())
            : isRepeatable() ? Stream.of(text.split(",", -1)).map(String::strip) : Stream.of(text);
    return values.map(value -> new RawValue(value, origin)).toList();
  }

  /** Returns the options that the configuration file may have: it cannot name another file. */
  static List<Option> inFiles() {
    return Stream.of(values()).filter(option -> option != CONFIG).toList();
  }

  public boolean isIn(Scope command) {
    return scope == Scope.BOTH || scope == command;
  }
}

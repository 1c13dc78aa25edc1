package dev.rapid.cli.config;

import dev.rapid.bootstrap.launch.ExtensionsDirectory;
import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.cli.FileFaults;
import dev.rapid.cli.Shell;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.invocation.Limits;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.ResponseShaping;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.emulator.settings.StreamErrors;
import dev.rapid.emulator.settings.StrictRule;
import dev.rapid.emulator.settings.TelemetryMode;
import dev.rapid.http.browser.AllowedHosts;
import dev.rapid.http.browser.AllowedOrigins;
import dev.rapid.invokeapi.async.AsyncSettings;
import dev.rapid.invokeapi.url.CorsSettings;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.invokeapi.url.WebPages;
import dev.rapid.invokeapi.wire.JsonBody;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The values of all options, typed and checked.
 *
 * <p>The command line counts more than the environment, the environment more than the configuration
 * file, and the file more than the default. Some options have a variable of the function's
 * environment, such as {@code AWS_LAMBDA_FUNCTION_NAME}, that counts before the default. An empty
 * environment variable counts as none. For the function's variables this is so for each name: those
 * of all places come together.
 *
 * <p>All methods throw {@link UsageException} if the value is wrong, saying where it came from.
 */
public final class Settings {

  /** More than any environment or configuration may have. */
  private static final int MAX_FILE_BYTES = 1024 * 1024;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final Duration SNAPSTART_INIT_TIMEOUT = Duration.ofSeconds(130);
  private static final String INITIALIZATION_TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE";
  private static final String SNAP_START_VARIABLE =
      INITIALIZATION_TYPE + "=" + InitializationType.SNAP_START.wireName();
  private static final int ACCOUNT_DIGITS = 12;

  private final Map<Option, List<String>> flags;
  private final Shell shell;
  private final Map<Option, List<RawValue>> file;

  /**
   * Takes what the command line says and reads the configuration file, if there is one.
   *
   * @param flags the values of each option that is on the command line
   * @throws UsageException if the configuration file cannot be read or contains something wrong
   */
  public Settings(Map<Option, List<String>> flags, Shell shell) {
    this.flags = flags;
    this.shell = shell;
    String path = flags.containsKey(Option.CONFIG) ? last(Option.CONFIG) : variable(Option.CONFIG);
    this.file = path == null ? Map.of() : ConfigFile.parse(path, read(path));
  }

  /** A value of an option, and where it came from. */
  private record Found(Option option, RawValue value) {

    UsageException wrong(String why) {
      String text = value.text();
      // What is neither short nor from a set of known words may be secret.
      boolean secret =
          option == Option.ENV
              || (option == Option.EVENT && !text.startsWith("@") && !text.equals("-"));
      String shown = secret ? "it " : "'" + text + "' ";
      return new UsageException(
          "Invalid value for " + option.flag() + ": " + shown + why + value.origin().inWords());
    }
  }

  /**
   * Returns what {@code rapid serve} runs.
   *
   * @param command the program and its arguments; empty if the user starts the runtime
   */
  public ProgramSettings programToServe(List<String> command) {
    return new ProgramSettings(
        List.of(function(command)),
        new Listeners(listen(), functionUrlAddress(), controlApi()),
        frontEnd(),
        hosts(),
        strict());
  }

  /**
   * Returns what {@code rapid invoke} runs. Nothing listens for callers, and how they would be
   * served is not looked at.
   *
   * @param command the program and its arguments
   */
  public ProgramSettings programToInvoke(List<String> command) {
    return new ProgramSettings(
        List.of(function(command)),
        Listeners.callersAt(listen()),
        FrontEnd.DEFAULT,
        hosts(),
        strict());
  }

  private List<String> hosts() {
    return Stream.concat(allowedHosts().stream(), listeningHosts().stream()).toList();
  }

  /**
   * Returns the function.
   *
   * @param command the program and its arguments; empty if the user starts the runtime
   */
  public FunctionSettings function(List<String> command) {
    Path directory = directory();
    SandboxOptions sandbox = sandboxOptions();
    FunctionSettings.Builder function =
        FunctionSettings.builder(command, directory)
            .handler(handler())
            .inherited(inherited())
            .variables(variables())
            .name(functionName())
            .version(functionVersion())
            .region(region())
            .accountId(accountId())
            .memoryMegabytes(memoryMegabytes())
            .timeout(timeout())
            .initTimeout(initTimeout())
            .logFormat(logFormat())
            .framedLog(framedLog())
            .sandbox(command.isEmpty() ? sandbox.withoutExternalExtensions() : sandbox);
    HostPort runtimeApi = runtimeApiAddress();
    return (runtimeApi == null ? function : function.runtimeApi(runtimeApi)).build();
  }

  private SandboxOptions sandboxOptions() {
    Path directory = extensionsDirectory();
    boolean switchedOff = ExtensionsDirectory.isSwitchedOff();
    if (directory == null) {
      directory = ExtensionsDirectory.LOCATION;
    }
    return new SandboxOptions(
        switchedOff ? null : directory,
        currentDirectory(),
        switchedOff,
        snapStart(),
        restoreTimeout(),
        shutdownGrace(),
        telemetry());
  }

  public HostPort listen() {
    return required(Option.LISTEN, Settings::hostPort);
  }

  /** Returns by which names Rapid may be called, besides those that are always allowed. */
  public List<String> allowedHosts() {
    return list(Option.ALLOWED_HOST, Settings::hostName);
  }

  /** Returns the hosts that the user has chosen to listen on, by which he will call too. */
  public List<String> listeningHosts() {
    return Stream.of(listen(), runtimeApiAddress(), controlApiAddress(), functionUrlAddress())
        .filter(Objects::nonNull)
        .map(HostPort::host)
        .toList();
  }

  /** Returns the origins of pages that may send requests. */
  public List<String> allowedOrigins() {
    return list(Option.ALLOWED_ORIGIN, Settings::origin);
  }

  /** Returns where the Runtime API is to be, null if that is not said. */
  public @Nullable HostPort runtimeApiAddress() {
    return optional(Option.RUNTIME_API_ADDRESS, Settings::hostPort);
  }

  public String functionName() {
    return required(Option.FUNCTION_NAME, Checks::functionName);
  }

  /**
   * Returns the name that was chosen for Rapid, null if only the default or the environment has.
   */
  public @Nullable String chosenFunctionName() {
    return chosen(Option.FUNCTION_NAME).isEmpty() ? null : functionName();
  }

  /** Returns {@code $LATEST} or a number. */
  public String functionVersion() {
    return required(
        Option.FUNCTION_VERSION,
        text -> {
          if (!text.equals("$LATEST") && !(HostPort.isNumber(text) && text.length() <= 19)) {
            throw new IllegalArgumentException("is neither $LATEST nor a number");
          }
          return text;
        });
  }

  public @Nullable String handler() {
    return optional(Option.HANDLER, text -> text);
  }

  /** Returns how long an invocation may take, zero for no limit. */
  public Duration timeout() {
    return required(Option.TIMEOUT, Checks::seconds);
  }

  /**
   * Returns how long the first init may take, zero for no limit. With SnapStart it is usually as
   * long as in the cloud (contract runtime-extensions-telemetry, section 8, row 11).
   */
  public Duration initTimeout() {
    Duration chosen = optional(Option.INIT_TIMEOUT, Checks::seconds);
    if (chosen != null) {
      return chosen;
    }
    if (!snapStart()) {
      return SandboxConfig.DEFAULT_INIT_TIMEOUT;
    }
    Duration timeout = timeout();
    boolean longer = timeout.isZero() || timeout.compareTo(SNAPSTART_INIT_TIMEOUT) > 0;
    return longer ? timeout : SNAPSTART_INIT_TIMEOUT;
  }

  /** Returns the directory of external extensions that was asked for, null for the usual one. */
  public @Nullable Path extensionsDirectory() {
    return optional(Option.EXTENSIONS_DIR, this::directory);
  }

  /** Returns where lifecycle events are written, {@code -} for stdout, null if nowhere. */
  public @Nullable String events() {
    return optional(Option.EVENTS, text -> text);
  }

  /**
   * Returns whether the runtime is restored before its first invocation: if the option says
   * nothing, whether the function's environment asks for it (contract lambda-2026-additions,
   * section 4).
   */
  public boolean snapStart() {
    boolean said =
        last(Option.SNAPSTART) != null
            || variable(Option.SNAPSTART) != null
            || file.containsKey(Option.SNAPSTART);
    return said
        ? required(Option.SNAPSTART, Settings::truth)
        : isSnapStart(inherited())
            || flags.getOrDefault(Option.ENV, List.of()).contains(SNAP_START_VARIABLE);
  }

  /** Returns whether an environment asks for SnapStart. */
  public static boolean isSnapStart(Map<String, String> environment) {
    return InitializationType.SNAP_START.wireName().equals(environment.get(INITIALIZATION_TYPE));
  }

  /** Returns how long hooks after a restore may take, zero for no limit. */
  public Duration restoreTimeout() {
    return required(Option.RESTORE_TIMEOUT, Checks::seconds);
  }

  /** Returns how long the runtime may take to end when Rapid ends. */
  public Duration shutdownGrace() {
    return required(Option.SHUTDOWN_GRACE, Checks::seconds);
  }

  /** Returns where the control API is to be, null if it is not wanted. */
  public @Nullable HostPort controlApi() {
    HostPort address = controlApiAddress();
    return required(Option.CONTROL_API, Settings::truth) ? address : null;
  }

  public HostPort controlApiAddress() {
    return required(Option.CONTROL_API_ADDRESS, Settings::hostPort);
  }

  public int memoryMegabytes() {
    return required(Option.MEMORY, Checks::megabytes);
  }

  /** Returns the environment that the function's begins with. */
  public Map<String, String> inherited() {
    return shell.environment();
  }

  /** Returns the function's own variables. */
  public Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    Found envFile = find(Option.ENV_FILE);
    if (envFile != null) {
      String name = envFile.value().text();
      variables.putAll(EnvFile.parse(name, read(name)));
    }
    putVariables(file.getOrDefault(Option.ENV, List.of()), variables);
    putVariables(inEnvironment(Option.ENV), variables);
    putVariables(onCommandLine(Option.ENV), variables);
    return variables;
  }

  private static void putVariables(List<RawValue> values, Map<String, String> variables) {
    for (RawValue value : values) {
      String text = value.text();
      int equals = text.indexOf('=');
      if (equals <= 0 || text.indexOf('\0') >= 0) {
        // The text itself may be a secret.
        throw new Found(Option.ENV, value).wrong("is not NAME=VALUE");
      }
      variables.put(text.substring(0, equals).strip(), text.substring(equals + 1));
    }
  }

  /** Returns where Rapid was called, an absolute path. */
  public Path currentDirectory() {
    return shell.directory();
  }

  /** Returns where the function runs, an absolute path. */
  public Path directory() {
    Path directory = optional(Option.CWD, this::directory);
    return directory == null ? shell.directory() : directory;
  }

  private Path directory(String text) {
    Path path = shell.directory().resolve(text).normalize();
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException("is not a directory");
    }
    return path;
  }

  public LogLevel logLevel() {
    return required(Option.LOG_LEVEL, text -> constant(LogLevel.class, text));
  }

  /** Returns how callers are served. */
  public FrontEnd frontEnd() {
    return new FrontEnd(
        responseShaping(),
        streamErrors(),
        new AsyncSettings(asyncAttempts(), asyncRetryBase(), asyncMaxAge()),
        asyncDrain(),
        new UrlSettings(
            functionUrlMode() == UrlInvokeMode.RESPONSE_STREAM,
            functionUrlAuth() == UrlAuthType.AWS_IAM,
            functionUrlCors()),
        new WebPages(invokeCors(), allowedOrigins()));
  }

  /** Returns which rules of the cloud are kept although they do not matter here. */
  public Set<StrictRule> strict() {
    return Set.copyOf(list(Option.STRICT, text -> constant(StrictRule.class, text)));
  }

  public ResponseShaping responseShaping() {
    return required(Option.RESPONSE_SHAPING, text -> constant(ResponseShaping.class, text));
  }

  public StreamErrors streamErrors() {
    return required(Option.STREAM_ERRORS, text -> constant(StreamErrors.class, text));
  }

  public int asyncAttempts() {
    return required(
        Option.ASYNC_ATTEMPTS,
        text -> {
          int attempts = HostPort.isNumber(text) && text.length() == 1 ? text.charAt(0) - '0' : 0;
          if (attempts < 1 || attempts > AsyncSettings.MOST_ATTEMPTS) {
            throw new IllegalArgumentException(
                "is not a number from 1 to " + AsyncSettings.MOST_ATTEMPTS);
          }
          return attempts;
        });
  }

  public Duration asyncRetryBase() {
    return required(Option.ASYNC_RETRY_BASE, Checks::seconds);
  }

  public Duration asyncMaxAge() {
    return required(
        Option.ASYNC_MAX_AGE,
        text -> {
          Duration age = Checks.seconds(text);
          if (age.compareTo(AsyncSettings.LEAST_AGE) < 0
              || age.compareTo(AsyncSettings.MOST_AGE) > 0) {
            throw new IllegalArgumentException(
                "is not between "
                    + AsyncSettings.LEAST_AGE.toSeconds()
                    + " and "
                    + AsyncSettings.MOST_AGE.toSeconds()
                    + " seconds");
          }
          return age;
        });
  }

  public Duration asyncDrain() {
    return required(Option.ASYNC_DRAIN, Checks::seconds);
  }

  public UrlInvokeMode functionUrlMode() {
    return required(Option.FUNCTION_URL_MODE, text -> constant(UrlInvokeMode.class, text));
  }

  public UrlAuthType functionUrlAuth() {
    return required(Option.FUNCTION_URL_AUTH, text -> constant(UrlAuthType.class, text));
  }

  public @Nullable CorsSettings invokeCors() {
    return optional(Option.INVOKE_CORS, text -> CorsJson.parse(text).forInvokeApi());
  }

  public @Nullable CorsSettings functionUrlCors() {
    return optional(Option.FUNCTION_URL_CORS, CorsJson::parse);
  }

  public @Nullable HostPort functionUrlAddress() {
    return optional(Option.FUNCTION_URL_ADDRESS, Settings::hostPort);
  }

  public boolean stream() {
    return required(Option.STREAM, Settings::truth);
  }

  public TelemetryMode telemetry() {
    return required(
        Option.TELEMETRY, text -> constant(List.of(TelemetryMode.ON, TelemetryMode.STUB), text));
  }

  public LogFormat logFormat() {
    return required(Option.LOG_FORMAT, text -> constant(LogFormat.class, text));
  }

  public FramedLog framedLog() {
    return required(Option.FRAMED_LOG, text -> constant(FramedLog.class, text));
  }

  public String region() {
    String region = optional(Option.REGION, Checks::region);
    if (region != null) {
      return region;
    }
    for (Map<String, String> place : List.of(shell.environment(), variables())) {
      for (String name : List.of("AWS_REGION", "AWS_DEFAULT_REGION")) {
        String value = place.get(name);
        if (value != null && !value.isEmpty()) {
          return value;
        }
      }
    }
    return FunctionSettings.DEFAULT_REGION;
  }

  public String accountId() {
    return required(
        Option.ACCOUNT_ID,
        text -> {
          if (text.length() != ACCOUNT_DIGITS || !HostPort.isNumber(text)) {
            throw new IllegalArgumentException("is not " + ACCOUNT_DIGITS + " digits");
          }
          return text;
        });
  }

  public boolean lazyInit() {
    return required(Option.LAZY_INIT, Settings::truth);
  }

  /** Returns the event's bytes, which are JSON. */
  public byte[] event() {
    return required(Option.EVENT, this::event);
  }

  private byte[] event(String text) {
    if (text.equals(Option.EVENT.defaultValue())) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    byte[] event;
    try {
      if (text.equals("-")) {
        event = shell.in().readNBytes(Limits.MAX_REQUEST_BYTES + 1);
      } else if (text.startsWith("@")) {
        event = read(text.substring(1), Limits.MAX_REQUEST_BYTES + 1);
      } else {
        event = text.getBytes(StandardCharsets.UTF_8);
      }
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("cannot be read: " + FileFaults.reason(e), e);
    }
    event = withoutByteOrderMark(event);
    if (event.length > Limits.MAX_REQUEST_BYTES) {
      throw new IllegalArgumentException(
          "is more than the " + Limits.MAX_REQUEST_BYTES + " bytes that an event may have");
    }
    String fault = event.length == 0 ? null : JsonBody.shortFaultOf(Payload.of(event));
    if (fault != null) {
      throw new IllegalArgumentException("is not JSON: " + fault);
    }
    return event.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : event;
  }

  /** Editors write the mark; JSON has none. */
  private static byte[] withoutByteOrderMark(byte[] text) {
    byte[] mark = BYTE_ORDER_MARK.getBytes(StandardCharsets.UTF_8);
    boolean marked =
        text.length >= mark.length && Arrays.equals(text, 0, mark.length, mark, 0, mark.length);
    return marked ? Arrays.copyOfRange(text, mark.length, text.length) : text;
  }

  /** Returns which running Rapid to invoke, null for none. */
  public @Nullable URI url() {
    return optional(
        Option.URL,
        text -> {
          try {
            URI url = new URI(text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (http && url.getHost() != null) {
              return url;
            }
          } catch (URISyntaxException e) {
            // It is told below what one looks like.
          }
          throw new IllegalArgumentException("is not a URL, for example http://127.0.0.1:8080");
        });
  }

  // ------------------------------------------------------------------ places

  private <T> T required(Option option, Function<String, T> conversion) {
    T value = optional(option, conversion);
    if (value == null) {
      throw new IllegalStateException(option + " has no default");
    }
    return value;
  }

  private <T> @Nullable T optional(Option option, Function<String, T> conversion) {
    Found found = find(option);
    if (found == null) {
      return null;
    }
    try {
      return conversion.apply(found.value().text());
    } catch (IllegalArgumentException e) {
      throw found.wrong(String.valueOf(e.getMessage()));
    }
  }

  /** Returns the values of an option that may be given several times. */
  private <T> List<T> list(Option option, Function<String, T> conversion) {
    List<T> values = new ArrayList<>();
    for (RawValue value : chosen(option)) {
      try {
        values.add(conversion.apply(value.text()));
      } catch (IllegalArgumentException e) {
        throw new Found(option, value).wrong(String.valueOf(e.getMessage()));
      }
    }
    return values;
  }

  private @Nullable Found find(Option option) {
    List<RawValue> chosen = chosen(option);
    if (!chosen.isEmpty()) {
      return new Found(option, chosen.getLast());
    }
    for (String name : option.functionVariables()) {
      String value = shell.environment().getOrDefault(name, "");
      if (!value.isEmpty()) {
        return new Found(option, new RawValue(value, Origin.variable(name)));
      }
    }
    String otherwise = option.defaultValue();
    return otherwise == null ? null : new Found(option, new RawValue(otherwise, Origin.DEFAULT));
  }

  /** Returns the values that the strongest place has, empty if none has one. */
  private List<RawValue> chosen(Option option) {
    List<RawValue> values = onCommandLine(option);
    if (values.isEmpty()) {
      values = inEnvironment(option);
    }
    return values.isEmpty() ? file.getOrDefault(option, List.of()) : values;
  }

  private List<RawValue> onCommandLine(Option option) {
    List<String> texts = flags.getOrDefault(option, List.of());
    if (option == Option.ENV) {
      // A value may have several lines here.
      return texts.stream().map(text -> new RawValue(text, Origin.COMMAND_LINE)).toList();
    }
    return texts.stream()
        .flatMap(text -> option.split(text, Origin.COMMAND_LINE).stream())
        .toList();
  }

  private List<RawValue> inEnvironment(Option option) {
    String text = variable(option);
    return text == null ? List.of() : option.split(text, Origin.variable(option.variable()));
  }

  private @Nullable String last(Option option) {
    List<String> values = flags.getOrDefault(option, List.of());
    return values.isEmpty() ? null : values.getLast();
  }

  private @Nullable String variable(Option option) {
    String value = shell.environment().get(option.variable());
    return value == null || value.isEmpty() ? null : value;
  }

  private String read(String name) {
    try {
      byte[] bytes = read(name, MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw new UsageException(
            "Cannot read " + name + ": it has more than " + MAX_FILE_BYTES + " bytes");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new UsageException("Cannot read " + name + ": it is not UTF-8 text");
    } catch (IOException | InvalidPathException e) {
      throw new UsageException("Cannot read " + name + ": " + FileFaults.reason(e));
    }
  }

  /** Reads no more than {@code limit} bytes: some files, such as devices, have no end. */
  private byte[] read(String name, int limit) throws IOException {
    try (InputStream in = Files.newInputStream(shell.directory().resolve(name))) {
      return in.readNBytes(limit);
    }
  }

  // ------------------------------------------------------------------ conversions

  private static boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("is neither true nor false");
    };
  }

  private static String hostName(String text) {
    String name = text.startsWith("*.") ? text.substring(2) : text;
    boolean any = text.equals(AllowedHosts.ANY);
    if (!any && (name.isEmpty() || !name.chars().allMatch(Settings::isOfHostName))) {
      throw new IllegalArgumentException(
          "is not a host name like lambda.example.com, without scheme and port");
    }
    return text;
  }

  private static boolean isOfHostName(int c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
  }

  private static String origin(String text) {
    int authority = text.indexOf("://");
    boolean any = text.equals(AllowedOrigins.ANY);
    if (!any && (authority <= 0 || text.indexOf('/', authority + 3) >= 0 || text.endsWith("/"))) {
      throw new IllegalArgumentException("is not an origin like https://example.com, without path");
    }
    return text;
  }

  private static HostPort hostPort(String text) {
    HostPort address = HostPort.parse(text);
    if (address.host().isEmpty()) {
      throw new IllegalArgumentException(
          "has no host; write 127.0.0.1"
              + text
              + " for this machine or 0.0.0.0"
              + text
              + " for all networks");
    }
    return address;
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    return constant(List.of(type.getEnumConstants()), text);
  }

  private static <E extends Enum<E>> E constant(List<E> constants, String text) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < constants.size(); i++) {
      String name = constants.get(i).name().toLowerCase(Locale.ROOT);
      if (name.equals(text.toLowerCase(Locale.ROOT))) {
        return constants.get(i);
      }
      names.append(i == 0 ? "" : i == constants.size() - 1 ? " or " : ", ").append(name);
    }
    throw new IllegalArgumentException("is not " + names);
  }
}

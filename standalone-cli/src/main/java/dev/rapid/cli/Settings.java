package dev.rapid.cli;

import dev.rapid.bootstrap.FramedLog;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.invocation.Limits;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.http.AllowedHosts;
import dev.rapid.http.AllowedOrigins;
import dev.rapid.invokeapi.AsyncSettings;
import dev.rapid.invokeapi.CorsSettings;
import dev.rapid.invokeapi.JsonBody;
import dev.rapid.invokeapi.UrlSettings;
import dev.rapid.invokeapi.WebPages;
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
final class Settings {

  /** More than any environment or configuration may have. */
  private static final int MAX_FILE_BYTES = 1024 * 1024;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final Duration SNAPSTART_INIT_TIMEOUT = Duration.ofSeconds(130);
  private static final String INITIALIZATION_TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE";
  private static final String SNAP_START_VARIABLE =
      INITIALIZATION_TYPE + "=" + InitializationType.SNAP_START.wireName();
  private static final int MOST_MEGABYTES = 1024 * 1024;
  private static final double MOST_SECONDS = Duration.ofDays(365).toSeconds();
  private static final int LONGEST_NAME = 64;
  private static final int LONGEST_VERSION = 128;
  private static final int ACCOUNT_DIGITS = 12;

  private final Map<Option, List<String>> flags;
  private final Shell shell;
  private final Map<String, String> file;
  private final String fileName;

  /**
   * Takes what the command line says and reads the configuration file, if there is one.
   *
   * @param flags the values of each option that is on the command line
   * @throws UsageException if the configuration file cannot be read or contains something wrong
   */
  Settings(Map<Option, List<String>> flags, Shell shell) {
    this.flags = flags;
    this.shell = shell;
    String path = flags.containsKey(Option.CONFIG) ? last(Option.CONFIG) : variable(Option.CONFIG);
    this.fileName = path == null ? "" : path;
    this.file = path == null ? Map.of() : ConfigFile.parse(path, read(path));
  }

  /**
   * A value and where it came from.
   *
   * @param origin in words, empty for the command line
   */
  private record Found(Option option, String text, String origin) {

    UsageException wrong(String why) {
      // What is neither short nor from a set of known words may be secret.
      boolean secret = option == Option.EVENT && !text.startsWith("@") && !text.equals("-");
      String shown = secret ? "it " : "'" + text + "' ";
      return new UsageException("Invalid value for " + option.flag() + ": " + shown + why + origin);
    }
  }

  HostPort listen() {
    return required(Option.LISTEN, Settings::hostPort);
  }

  /** Returns by which names Rapid may be called, besides those that are always allowed. */
  List<String> allowedHosts() {
    return list(Option.ALLOWED_HOST, Settings::hostName);
  }

  /** Returns the hosts that the user has chosen to listen on, by which he will call too. */
  List<String> listeningHosts() {
    return Stream.of(listen(), runtimeApiAddress(), controlApiAddress(), functionUrlAddress())
        .filter(Objects::nonNull)
        .map(HostPort::host)
        .toList();
  }

  /** Returns the origins of pages that may send requests. */
  List<String> allowedOrigins() {
    return list(Option.ALLOWED_ORIGIN, Settings::origin);
  }

  /** Returns where the Runtime API is to be, null if that is not said. */
  @Nullable HostPort runtimeApiAddress() {
    return optional(Option.RUNTIME_API_ADDRESS, Settings::hostPort);
  }

  String functionName() {
    return required(Option.FUNCTION_NAME, Settings::functionName);
  }

  /**
   * Returns the name that was chosen for Rapid, null if only the default or the environment has.
   */
  @Nullable String chosenFunctionName() {
    return findChosen(Option.FUNCTION_NAME) == null ? null : functionName();
  }

  /** Returns {@code $LATEST} or a number. */
  String functionVersion() {
    return required(
        Option.FUNCTION_VERSION,
        text -> {
          if (!text.equals("$LATEST") && !(HostPort.isNumber(text) && text.length() <= 19)) {
            throw new IllegalArgumentException("is neither $LATEST nor a number");
          }
          return text;
        });
  }

  @Nullable String handler() {
    return optional(Option.HANDLER, text -> text);
  }

  /** Returns how long an invocation may take, zero for no limit. */
  Duration timeout() {
    return required(Option.TIMEOUT, Settings::seconds);
  }

  /**
   * Returns how long the first init may take, zero for no limit. With SnapStart it is usually as
   * long as in the cloud (contract runtime-extensions-telemetry, section 8, row 11).
   */
  Duration initTimeout() {
    Duration chosen = optional(Option.INIT_TIMEOUT, Settings::seconds);
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
  @Nullable Path extensionsDirectory() {
    return optional(Option.EXTENSIONS_DIR, this::directory);
  }

  /** Returns where lifecycle events are written, {@code -} for stdout, null if nowhere. */
  @Nullable String events() {
    return optional(Option.EVENTS, text -> text);
  }

  /**
   * Returns whether the runtime is restored before its first invocation: if the option says
   * nothing, whether the function's environment asks for it (contract lambda-2026-additions,
   * section 4).
   */
  boolean snapStart() {
    boolean said =
        last(Option.SNAPSTART) != null
            || variable(Option.SNAPSTART) != null
            || file.containsKey(Option.SNAPSTART.key());
    return said
        ? required(Option.SNAPSTART, Settings::truth)
        : isSnapStart(inherited())
            || flags.getOrDefault(Option.ENV, List.of()).contains(SNAP_START_VARIABLE);
  }

  /** Returns whether an environment asks for SnapStart. */
  static boolean isSnapStart(Map<String, String> environment) {
    return InitializationType.SNAP_START.wireName().equals(environment.get(INITIALIZATION_TYPE));
  }

  /** Returns how long hooks after a restore may take, zero for no limit. */
  Duration restoreTimeout() {
    return required(Option.RESTORE_TIMEOUT, Settings::seconds);
  }

  /** Returns how long the runtime may take to end when Rapid ends. */
  Duration shutdownGrace() {
    return required(Option.SHUTDOWN_GRACE, Settings::seconds);
  }

  /** Returns where the control API is to be, null if it is not wanted. */
  @Nullable HostPort controlApi() {
    HostPort address = controlApiAddress();
    return required(Option.CONTROL_API, Settings::truth) ? address : null;
  }

  HostPort controlApiAddress() {
    return required(Option.CONTROL_API_ADDRESS, Settings::hostPort);
  }

  int memoryMegabytes() {
    return required(Option.MEMORY, Settings::megabytes);
  }

  /** Returns the environment that the function's begins with. */
  Map<String, String> inherited() {
    return shell.environment();
  }

  /** Returns the function's own variables. */
  Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    Found envFile = find(Option.ENV_FILE);
    if (envFile != null) {
      variables.putAll(EnvFile.parse(envFile.text(), read(envFile.text())));
    }
    String key = Option.ENV.key();
    file.forEach((name, value) -> {
      if (name.startsWith(key + ".")) {
        variables.put(name.substring(key.length() + 1), value);
      }
    });
    String configured = file.get(key);
    if (configured != null) {
      putLines(configured, "'" + key + "' in " + fileName, variables);
    }
    String inherited = variable(Option.ENV);
    if (inherited != null) {
      putLines(inherited, "the environment variable " + Option.ENV.variable(), variables);
    }
    for (String text : flags.getOrDefault(Option.ENV, List.of())) {
      putVariable(text, Option.ENV.flag(), variables);
    }
    return variables;
  }

  /** Several variables in one value are on lines of their own. */
  private static void putLines(String text, String place, Map<String, String> variables) {
    for (String line : text.lines().toList()) {
      if (!line.isBlank()) {
        putVariable(line, place, variables);
      }
    }
  }

  private static void putVariable(String text, String place, Map<String, String> variables) {
    int equals = text.indexOf('=');
    if (equals <= 0 || text.indexOf('\0') >= 0) {
      // The text itself may be a secret.
      throw new UsageException("Invalid value for " + place + ": it is not NAME=VALUE");
    }
    variables.put(text.substring(0, equals).strip(), text.substring(equals + 1));
  }

  /** Returns where Rapid was called, an absolute path. */
  Path currentDirectory() {
    return shell.directory();
  }

  /** Returns where the function runs, an absolute path. */
  Path directory() {
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

  LogLevel logLevel() {
    return required(Option.LOG_LEVEL, text -> constant(LogLevel.class, text));
  }

  /** Returns how callers are served. */
  FrontEnd frontEnd() {
    return new FrontEnd(
        responseShaping(),
        streamErrors(),
        new AsyncSettings(asyncAttempts(), asyncRetryBase(), asyncMaxAge()),
        asyncDrain(),
        new UrlSettings(
            functionUrlMode() == UrlInvokeMode.RESPONSE_STREAM,
            functionUrlAuth() == UrlAuthType.AWS_IAM,
            functionUrlCors()),
        new WebPages(invokeCors(), allowedOrigins()),
        functionUrlAddress());
  }

  /** Returns which rules of the cloud are kept although they do not matter here. */
  Set<StrictRule> strict() {
    return Set.copyOf(list(Option.STRICT, text -> constant(StrictRule.class, text)));
  }

  ResponseShaping responseShaping() {
    return required(Option.RESPONSE_SHAPING, text -> constant(ResponseShaping.class, text));
  }

  StreamErrors streamErrors() {
    return required(Option.STREAM_ERRORS, text -> constant(StreamErrors.class, text));
  }

  int asyncAttempts() {
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

  Duration asyncRetryBase() {
    return required(Option.ASYNC_RETRY_BASE, Settings::seconds);
  }

  Duration asyncMaxAge() {
    return required(
        Option.ASYNC_MAX_AGE,
        text -> {
          Duration age = seconds(text);
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

  Duration asyncDrain() {
    return required(Option.ASYNC_DRAIN, Settings::seconds);
  }

  UrlInvokeMode functionUrlMode() {
    return required(Option.FUNCTION_URL_MODE, text -> constant(UrlInvokeMode.class, text));
  }

  UrlAuthType functionUrlAuth() {
    return required(Option.FUNCTION_URL_AUTH, text -> constant(UrlAuthType.class, text));
  }

  @Nullable CorsSettings invokeCors() {
    return optional(Option.INVOKE_CORS, text -> CorsJson.parse(text).forInvokeApi());
  }

  @Nullable CorsSettings functionUrlCors() {
    return optional(Option.FUNCTION_URL_CORS, CorsJson::parse);
  }

  @Nullable HostPort functionUrlAddress() {
    return optional(Option.FUNCTION_URL_ADDRESS, Settings::hostPort);
  }

  boolean stream() {
    return required(Option.STREAM, Settings::truth);
  }

  TelemetryMode telemetry() {
    return required(
        Option.TELEMETRY, text -> constant(List.of(TelemetryMode.ON, TelemetryMode.STUB), text));
  }

  LogFormat logFormat() {
    return required(Option.LOG_FORMAT, text -> constant(LogFormat.class, text));
  }

  FramedLog framedLog() {
    return required(Option.FRAMED_LOG, text -> constant(FramedLog.class, text));
  }

  String region() {
    String region = optional(Option.REGION, Settings::region);
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
    return "us-east-1";
  }

  String accountId() {
    return required(
        Option.ACCOUNT_ID,
        text -> {
          if (text.length() != ACCOUNT_DIGITS || !HostPort.isNumber(text)) {
            throw new IllegalArgumentException("is not " + ACCOUNT_DIGITS + " digits");
          }
          return text;
        });
  }

  boolean lazyInit() {
    return required(Option.LAZY_INIT, Settings::truth);
  }

  /** Returns the event's bytes, which are JSON. */
  byte[] event() {
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
  @Nullable URI url() {
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
      return conversion.apply(found.text());
    } catch (IllegalArgumentException e) {
      throw found.wrong(String.valueOf(e.getMessage()));
    }
  }

  /** Returns the values of an option that may be given several times, or has commas. */
  private <T> List<T> list(Option option, Function<String, T> conversion) {
    List<String> onCommandLine = flags.getOrDefault(option, List.of());
    List<T> values = new ArrayList<>();
    if (onCommandLine.isEmpty()) {
      Found found = find(option);
      if (found != null) {
        addTo(values, found, conversion);
      }
    }
    for (String text : onCommandLine) {
      addTo(values, new Found(option, text, ""), conversion);
    }
    return values;
  }

  private static <T> void addTo(List<T> values, Found found, Function<String, T> conversion) {
    for (String text : found.text().split(",", -1)) {
      try {
        values.add(conversion.apply(text.strip()));
      } catch (IllegalArgumentException e) {
        throw found.wrong(String.valueOf(e.getMessage()));
      }
    }
  }

  private @Nullable Found find(Option option) {
    Found chosen = findChosen(option);
    if (chosen != null) {
      return chosen;
    }
    for (String name : option.functionVariables()) {
      String value = shell.environment().getOrDefault(name, "");
      if (!value.isEmpty()) {
        return new Found(option, value, " (from the environment variable " + name + ")");
      }
    }
    String otherwise = option.defaultValue();
    return otherwise == null ? null : new Found(option, otherwise, "");
  }

  private @Nullable Found findChosen(Option option) {
    String onCommandLine = last(option);
    if (onCommandLine != null) {
      return new Found(option, onCommandLine, "");
    }
    String inherited = variable(option);
    if (inherited != null) {
      return new Found(
          option, inherited, " (from the environment variable " + option.variable() + ")");
    }
    String configured = file.get(option.key());
    if (configured != null) {
      return new Found(option, configured, " (from '" + option.key() + "' in " + fileName + ")");
    }
    return null;
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

  /**
   * Returns the duration of a number of seconds, which may have a fraction.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Duration seconds(String text) {
    boolean number = !text.isEmpty() && text.length() <= 12;
    int points = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      points += c == '.' ? 1 : 0;
      number &= (c >= '0' && c <= '9') || (c == '.' && i > 0 && i < text.length() - 1);
    }
    if (!number || points > 1) {
      throw new IllegalArgumentException("is not a number of seconds");
    }
    double seconds = Double.parseDouble(text);
    if (seconds > MOST_SECONDS) {
      throw new IllegalArgumentException("is more than a year of seconds");
    }
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  /**
   * Returns {@code text} if a function can have this name.
   *
   * @throws IllegalArgumentException if not; the message has no subject
   */
  static String functionName(String text) {
    if (text.isEmpty() || text.length() > LONGEST_NAME || !consistsOf(text, true, "-_")) {
      throw new IllegalArgumentException(
          "is not 1 to " + LONGEST_NAME + " letters, digits, '-' or '_'");
    }
    return text;
  }

  /**
   * Returns {@code text} if a function can have this version.
   *
   * @throws IllegalArgumentException if not; the message has no subject
   */
  static String functionVersion(String text) {
    boolean named =
        !text.isEmpty() && text.length() <= LONGEST_VERSION && consistsOf(text, true, "-_");
    if (!named && !text.equals(FunctionIdentity.LATEST)) {
      throw new IllegalArgumentException(
          "is neither $LATEST nor 1 to " + LONGEST_VERSION + " letters, digits, '-' or '_'");
    }
    return text;
  }

  /**
   * Returns {@code text} if a region can have this name.
   *
   * @throws IllegalArgumentException if not; the message has no subject
   */
  static String region(String text) {
    if (text.isEmpty() || !consistsOf(text, false, "-")) {
      throw new IllegalArgumentException("is not a region, for example us-east-1");
    }
    return text;
  }

  /**
   * Returns {@code text} if it has no line end, no character 0 and no other control character.
   *
   * @throws IllegalArgumentException if it has one; the message has no subject
   */
  static String withoutControlCharacters(String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("has a control character");
    }
    return text;
  }

  /**
   * Returns a memory size.
   *
   * @throws IllegalArgumentException if there is no such size; the message has no subject
   */
  static int megabytes(String text) {
    if (!HostPort.isNumber(text) || text.length() > 7) {
      throw new IllegalArgumentException("is not a number of megabytes");
    }
    int megabytes = Integer.parseInt(text);
    if (megabytes < 1 || megabytes > MOST_MEGABYTES) {
      throw new IllegalArgumentException("is not between 1 and " + MOST_MEGABYTES + " megabytes");
    }
    return megabytes;
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

  private static boolean consistsOf(String text, boolean upperCase, String others) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean fine =
          (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || (upperCase && c >= 'A' && c <= 'Z')
              || others.indexOf(c) >= 0;
      if (!fine) {
        return false;
      }
    }
    return true;
  }
}

package dev.rapid.cli;

import dev.rapid.bootstrap.launch.BootstrapLocator;
import dev.rapid.bootstrap.launch.ExtensionsDirectory;
import dev.rapid.cli.config.LogLevel;
import dev.rapid.cli.config.Options;
import dev.rapid.cli.config.Settings;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.emulator.settings.TelemetryMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code aws-lambda-rie}, so that Rapid can take its place in the entry script
 * of an image (contract lifecycle-and-control, sections 1.1 to 1.4).
 *
 * <p>Intended differences: a wrong number in {@code AWS_LAMBDA_FUNCTION_TIMEOUT} is refused at the
 * start, where RIE fails each request. A timeout of 0 means none. Init has the timeout of an
 * invocation, because RIE has no limit for it. With init caching, the runtime is restored before
 * its first invocation, which RIE omits. A number in {@code AWS_LAMBDA_MAX_CONCURRENCY} that is
 * none is refused too.
 */
final class RieCommand {

  /** The name of the program that is replaced. */
  static final String NAME = "aws-lambda-rie";

  static final String LISTEN_FLAG = "--runtime-interface-emulator-address";

  private static final String RUNTIME_API_FLAG = "--runtime-api-address";
  private static final String LOG_LEVEL_FLAG = "--log-level";
  private static final String CACHING_FLAG = "--enable-init-caching";

  private static final HostPort DEFAULT_LISTEN = new HostPort("0.0.0.0", 8080);

  /** {@code --help} and other unknown options, which RIE takes as arguments. */
  private final List<String> arguments = new ArrayList<>();

  private final Map<String, String> environment;
  private final List<String> warnings = new ArrayList<>();
  private final LogLevel logLevel;
  private final ProgramSettings program;

  /**
   * Reads the command line.
   *
   * @param locator finds the bootstrap if the command line names none
   * @throws UsageException if a value is wrong
   */
  RieCommand(List<String> args, Shell shell, BootstrapLocator locator) {
    this.environment = shell.environment();
    String level = null;
    String listenText = null;
    String runtimeApiText = null;
    boolean initCaching = Settings.isSnapStart(environment);
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      int equals = arg.indexOf('=');
      String flag = equals < 0 ? arg : arg.substring(0, equals);
      switch (flag) {
        case LOG_LEVEL_FLAG, LISTEN_FLAG, RUNTIME_API_FLAG -> {
          if (equals < 0 && ++i == args.size()) {
            throw new UsageException("expected argument for flag " + flag);
          }
          String value = equals < 0 ? args.get(i) : arg.substring(equals + 1);
          switch (flag) {
            case LOG_LEVEL_FLAG -> level = value;
            case LISTEN_FLAG -> listenText = value;
            default -> runtimeApiText = value;
          }
        }
        case CACHING_FLAG -> initCaching = true;
        default -> arguments.add(arg);
      }
    }
    this.logLevel = logLevel(level);
    HostPort listen = listenText == null ? DEFAULT_LISTEN : address(LISTEN_FLAG, listenText);
    HostPort runtimeApi =
        runtimeApiText == null ? FunctionSettings.ATTACH_ADDRESS : runtimeApi(runtimeApiText);
    FunctionSettings function =
        function(
            locator.choose(arguments, shell.directory()),
            sandboxOptions(shell, initCaching),
            runtimeApi);
    this.program =
        new ProgramSettings(
            List.of(function),
            List.of(),
            Listeners.callersAt(listen),
            FrontEnd.DEFAULT,
            Settings.ofEnvironment(shell.context()).get(Options.ALLOWED_HOST),
            Set.of(),
            null,
            QueueSettings.DEFAULT);
  }

  private LogLevel logLevel(@Nullable String flag) {
    String name = flag != null ? flag : environment.getOrDefault("LOG_LEVEL", "info");
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "panic", "fatal", "error" -> LogLevel.ERROR;
      case "warn", "warning" -> LogLevel.WARN;
      case "info" -> LogLevel.INFO;
      case "debug" -> LogLevel.DEBUG;
      case "trace" -> LogLevel.TRACE;
      default ->
          throw new UsageException(
              "Failed to set log level. Valid log levels are: panic, fatal, error, warn, info,"
                  + " debug, trace; not '"
                  + name
                  + "'");
    };
  }

  private static HostPort address(String flag, String text) {
    HostPort address;
    try {
      address = HostPort.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid value for " + flag + ": '" + text + "' " + e.getMessage());
    }
    return address.host().isEmpty() ? new HostPort("0.0.0.0", address.port()) : address;
  }

  private HostPort runtimeApi(String text) {
    int colon = text.lastIndexOf(':');
    if (colon >= 0 && !HostPort.isNumber(text.substring(colon + 1))) {
      warnings.add(
          "The port of "
              + RUNTIME_API_FLAG
              + " is not a number: '"
              + text
              + "'; "
              + FunctionSettings.ATTACH_ADDRESS
              + " is used");
      return FunctionSettings.ATTACH_ADDRESS;
    }
    return address(RUNTIME_API_FLAG, text);
  }

  private static SandboxOptions sandboxOptions(Shell shell, boolean initCaching) {
    boolean switchedOff = ExtensionsDirectory.isSwitchedOff();
    return new SandboxOptions(
        switchedOff ? null : ExtensionsDirectory.LOCATION,
        shell.directory(),
        switchedOff,
        initCaching,
        SandboxConfig.DEFAULT_RESTORE_TIMEOUT,
        Duration.ZERO,
        TelemetryMode.RIE);
  }

  private FunctionSettings function(
      BootstrapLocator.Choice choice, SandboxOptions sandbox, HostPort runtimeApi) {
    Duration timeout =
        number("AWS_LAMBDA_FUNCTION_TIMEOUT", "300", text -> Duration.ofSeconds(wholeNumber(text)));
    int memory = number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "3008", Checks::megabytes);
    String region = variable("AWS_REGION", variable("AWS_DEFAULT_REGION", "us-east-1"));
    String handler = variable("AWS_LAMBDA_FUNCTION_HANDLER", variable("_HANDLER", ""));
    if (handler.isEmpty() && choice.handler() != null) {
      handler = choice.handler();
    }
    String directory = choice.workingDirectory().toString();
    return FunctionSettings.builder(
            choice.command(), directory.isEmpty() ? Path.of("/") : choice.workingDirectory())
        .handler(handler.isEmpty() ? null : handler)
        .inherited(environment)
        .name(variable("AWS_LAMBDA_FUNCTION_NAME", "test_function"))
        .version(variable("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"))
        .region(region)
        .accountId("012345678912")
        .memoryMegabytes(memory)
        .timeout(timeout)
        .initTimeout(timeout)
        .runtimeApi(runtimeApi)
        .logGroup(variable("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/Functions"))
        .logStream(variable("AWS_LAMBDA_LOG_STREAM_NAME", "$LATEST"))
        .taskRoot(null)
        .sandbox(sandbox)
        .concurrency(concurrency())
        .build();
  }

  /**
   * RIE has one sandbox, which runs one invocation after the other unless the variable is there.
   */
  private ConcurrencySettings concurrency() {
    int invocations =
        number(
            Settings.MAX_CONCURRENCY_VARIABLE,
            "1",
            text -> Checks.count(text, 1, Checks.MAX_COUNT));
    return ConcurrencySettings.DEFAULT.withOneSandbox().withMaxConcurrency(invocations);
  }

  /** Returns a variable; an empty one counts as absent. */
  private String variable(String name, String otherwise) {
    String value = environment.getOrDefault(name, "");
    return value.isEmpty() ? otherwise : value;
  }

  private <T> T number(String name, String otherwise, Function<String, T> conversion) {
    String text = variable(name, otherwise);
    try {
      return conversion.apply(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid value for " + name + ": '" + text + "' " + e.getMessage());
    }
  }

  private static long wholeNumber(String text) {
    if (!HostPort.isNumber(text) || text.length() > 7) {
      throw new IllegalArgumentException("is not a whole number of seconds");
    }
    return Long.parseLong(text);
  }

  ProgramSettings program() {
    return program;
  }

  /** Returns the function, the only one. */
  FunctionSettings function() {
    return program.functions().getFirst();
  }

  LogLevel logLevel() {
    return logLevel;
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /**
   * Serves until a signal ends the process. Init comes with the first invocation.
   *
   * @throws UnavailableException if an address cannot be used
   */
  ExitCode run(Shell shell) throws UnavailableException {
    Log.configureAsRie(logLevel, shell.err());
    warnings.forEach(Log::warn);
    if (!arguments.isEmpty()) {
      String handler = function().handler();
      Log.info(
          "exec '"
              + arguments.getFirst()
              + "' (cwd="
              + function().directory()
              + ", handler="
              + (handler == null ? "" : handler)
              + ")");
    }
    return new Server(
            new Reloading.Configuration(program, List.of()),
            null,
            null,
            LISTEN_FLAG,
            true,
            null,
            shell)
        .run((functions, callers) -> Log.log(LogLevel.DEBUG, "listening on " + callers, null));
  }
}

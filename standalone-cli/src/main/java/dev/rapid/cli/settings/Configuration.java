package dev.rapid.cli.settings;

import dev.rapid.bootstrap.FramedLog;
import dev.rapid.core.function.LogFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which function to run, and how.
 *
 * @param command the program and its arguments; empty if the user starts the runtime himself
 * @param directory where it runs, absolute
 * @param handler for {@code _HANDLER}, null if only the environment may tell it
 * @param inherited the environment that the function's begins with
 * @param variables the function's own environment variables
 * @param functionTimeout zero for no limit
 * @param initTimeout zero for no limit
 * @param runtimeApiAddress where the Runtime API is to be; port 0 picks a free one
 * @param logGroup the function's log group, null for the usual one
 * @param logStream the function's log stream, null for a new one
 * @param framedLog whether the runtime is offered a framed log
 * @param taskRoot for {@code LAMBDA_TASK_ROOT}, null to leave it to the environment
 * @param sandbox how the sandbox lives
 * @param allowedHosts by which names Rapid may be called, as of {@link dev.rapid.http.AllowedHosts}
 */
public record Configuration(
    List<String> command,
    Path directory,
    @Nullable String handler,
    Map<String, String> inherited,
    Map<String, String> variables,
    String functionName,
    String functionVersion,
    String region,
    String accountId,
    int memoryMegabytes,
    Duration functionTimeout,
    Duration initTimeout,
    HostPort runtimeApiAddress,
    LogFormat logFormat,
    FramedLog framedLog,
    @Nullable String logGroup,
    @Nullable String logStream,
    @Nullable Path taskRoot,
    SandboxOptions sandbox,
    List<String> allowedHosts,
    Set<StrictRule> strict) {

  private static final String MAX_CONCURRENCY = "AWS_LAMBDA_MAX_CONCURRENCY";

  /**
   * How the sandbox lives.
   *
   * @param extensionsDirectory where external extensions are, null if there are none
   * @param extensionsCwd where they run
   * @param extensionsSwitchedOff whether even internal extensions are refused (contract
   *     lifecycle-and-control, section 1.7)
   * @param snapStart whether the runtime is restored before its first invocation
   * @param restoreTimeout zero for no limit
   * @param shutdownGrace how long the runtime may take to end when Rapid ends
   * @param telemetry what extensions that want telemetry find
   */
  public record SandboxOptions(
      @Nullable Path extensionsDirectory,
      Path extensionsCwd,
      boolean extensionsSwitchedOff,
      boolean snapStart,
      Duration restoreTimeout,
      Duration shutdownGrace,
      TelemetryMode telemetry) {

    /** Returns these options for a runtime that the user starts: his are his extensions too. */
    public SandboxOptions withoutExternalExtensions() {
      return new SandboxOptions(
          null,
          extensionsCwd,
          extensionsSwitchedOff,
          snapStart,
          restoreTimeout,
          shutdownGrace,
          telemetry);
    }
  }

  /** Where runtimes that the user starts look for us, as in RIE. */
  public static final HostPort ATTACH_ADDRESS = new HostPort("127.0.0.1", 9001);

  /** Any free port of this machine. */
  public static final HostPort FREE_ADDRESS = new HostPort("127.0.0.1", 0);

  /** Copies the command and the environments. */
  public Configuration {
    command = List.copyOf(command);
    inherited = Map.copyOf(inherited);
    variables = Map.copyOf(variables);
    allowedHosts = List.copyOf(allowedHosts);
    strict = Set.copyOf(strict);
  }

  /** Returns what to say of what the function's environment asks for and Rapid does not do. */
  public List<String> warnings() {
    return variables.containsKey(MAX_CONCURRENCY) || inherited.containsKey(MAX_CONCURRENCY)
        ? List.of(
            MAX_CONCURRENCY
                + " is ignored for now: one invocation runs at a time, and the runtime's other"
                + " workers wait")
        : List.of();
  }

  /** Returns whether the user starts the runtime himself. */
  public boolean isAttached() {
    return command.isEmpty();
  }
}

package dev.rapid.core.function;

import java.time.Duration;
import java.util.List;

/**
 * The function as it is configured at one moment.
 *
 * <p>A change of the configuration makes a new description with the next revision; nothing changes
 * a description. There is one current description. Code that needs it reads it at that moment and
 * keeps no part of it. What belongs to an invocation reads the description that the invocation
 * carries, so that one invocation has one revision from its beginning to its report.
 *
 * @param revision 1 for the first description, one more for each that follows
 * @param handler for example {@code app.handler}, empty if the function has none
 * @param memoryMegabytes the configured memory size
 * @param timeout how long an invocation may take, zero for no limit
 * @param runtime what {@code platform.initStart} tells of the runtime
 * @param logFormat how the function and the platform write their logs
 * @param command what the runtime is started with, empty if the user starts it
 * @param workingDirectory where the runtime is started
 */
public record FunctionDescription(
    long revision,
    FunctionIdentity identity,
    String handler,
    int memoryMegabytes,
    Duration timeout,
    RuntimeVersion runtime,
    LogFormat logFormat,
    List<String> command,
    String workingDirectory) {

  /** Copies the command. */
  public FunctionDescription {
    command = List.copyOf(command);
  }
}

package dev.rapid.telemetry;

import java.time.Duration;
import java.util.List;

/**
 * What log lines tell about the function.
 *
 * @param format how lines look
 * @param functionName the name without account or version
 * @param functionVersion {@code $LATEST} or a number
 * @param memoryMegabytes the configured memory size
 * @param functionTimeout how long an invocation may take, zero for no limit; a report of a timeout
 *     shows no longer duration
 * @param initializationType {@code on-demand} or {@code snap-start}
 * @param command what the runtime is started with, empty if the user starts it
 * @param workingDirectory where the runtime is started
 */
public record LogSettings(
    LogFormat format,
    String functionName,
    String functionVersion,
    int memoryMegabytes,
    Duration functionTimeout,
    String initializationType,
    List<String> command,
    String workingDirectory) {}

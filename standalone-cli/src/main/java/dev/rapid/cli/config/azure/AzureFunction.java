package dev.rapid.cli.config.azure;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.WorkerTimers;
import java.time.Duration;
import java.util.List;

/**
 * One function of an app.
 *
 * @param name by which callers invoke it
 * @param command the program of its worker and its arguments, not empty
 * @param timers how long the worker may take
 * @param timeout how long an invocation may take unless the user says otherwise; zero for no limit
 */
public record AzureFunction(
    String name,
    AzureSettings settings,
    List<String> command,
    WorkerTimers timers,
    Duration timeout) {}

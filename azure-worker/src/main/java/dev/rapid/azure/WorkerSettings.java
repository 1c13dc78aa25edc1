package dev.rapid.azure;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the worker of a function is spoken with. What {@link AzureSettings} leaves to the directory
 * of the worker is decided here.
 *
 * @param app what the user has set
 * @param workerDirectory what the worker reads as its directory, null if there is none
 * @param indexing who finds the functions of the app
 * @param timers how long the worker may take
 * @param capacity how many invocations it has at once, 1 or more
 * @param placeholderDirectory an empty directory, which is the app of a worker until its restore;
 *     null for workers that are not restored
 */
public record WorkerSettings(
    AzureSettings app,
    @Nullable Path workerDirectory,
    AzureSettings.Indexing indexing,
    WorkerTimers timers,
    int capacity,
    @Nullable Path placeholderDirectory) {}

package dev.rapid.azure;

/**
 * What a process of a worker gets on its command line (contract azure-functions-worker, section
 * 3.1).
 *
 * @param host where its host listens
 * @param workerId a UUID for this process alone
 * @param requestId a UUID for this process alone
 * @param isPlaceholder whether it starts without an app, and waits for its restore
 */
public record WorkerStart(
    String host, int port, String workerId, String requestId, boolean isPlaceholder) {}

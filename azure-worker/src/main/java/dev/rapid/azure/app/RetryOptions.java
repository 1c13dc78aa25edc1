package dev.rapid.azure.app;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an app wants failed invocations to be tried again. Rapid does not: callers retry (contract
 * azure-functions-worker, section 18).
 *
 * @param maxRetryCount -1 is for ever
 * @param delay with a fixed delay, else null
 * @param minimum with exponential backoff, else null
 * @param maximum with exponential backoff, else null
 */
public record RetryOptions(
    int maxRetryCount,
    @Nullable Duration delay,
    @Nullable Duration minimum,
    @Nullable Duration maximum) {}

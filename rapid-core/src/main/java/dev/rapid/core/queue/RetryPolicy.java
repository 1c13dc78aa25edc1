package dev.rapid.core.queue;

import java.time.Duration;

/**
 * How often, when and until what age an entry is tried (contract invoke-api, section 4).
 *
 * @param maxAttempts how many attempts count at most, 1 or more
 * @param retryBase the wait after a failed attempt is this, times the number of attempts
 * @param maxAge how old an entry may be when an attempt begins
 * @param firstBackOff the wait after an attempt that was refused or met a fault; it doubles, with
 *     jitter, up to {@code maxBackOff}
 * @param maxBackOff the longest such wait
 * @param runsNothing whether entries are given up without an attempt, because the function has
 *     reserved concurrency 0
 */
public record RetryPolicy(
    int maxAttempts,
    Duration retryBase,
    Duration maxAge,
    Duration firstBackOff,
    Duration maxBackOff,
    boolean runsNothing) {}

package dev.rapid.queue.destination;

import org.jspecify.annotations.Nullable;

/**
 * What a function has answered.
 *
 * @param executedVersion the version that ran
 * @param functionError the value of {@code X-Amz-Function-Error}, null if it has succeeded
 * @param payload the result or the error, empty if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record InvocationResult(
    String executedVersion, @Nullable String functionError, byte[] payload) {}

package dev.rapid.core.invocation;

import org.jspecify.annotations.Nullable;

/**
 * An invocation is given to a worker.
 *
 * @param initNanos how long the init of the sandbox took, if this is its first invocation; else
 *     null
 */
public record Dispatch(@Nullable Long initNanos) {}

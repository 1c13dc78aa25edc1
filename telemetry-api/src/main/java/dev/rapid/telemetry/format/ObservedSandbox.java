package dev.rapid.telemetry.format;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.SandboxIdentity;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the log and the telemetry of one sandbox tell about it. All values are read when they are
 * needed.
 *
 * @param function the current configuration of its function
 * @param identity what it is called now
 * @param peakMemoryBytes the peak memory of its newest runtime in bytes, 0 if not known
 * @param isShared whether several invocations use its runtime at once
 */
public record ObservedSandbox(
    Supplier<FunctionDescription> function,
    Supplier<SandboxIdentity> identity,
    LongSupplier peakMemoryBytes,
    boolean isShared) {}

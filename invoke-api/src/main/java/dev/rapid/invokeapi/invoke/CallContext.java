package dev.rapid.invokeapi.invoke;

import dev.rapid.core.time.WallClock;
import dev.rapid.http.request.PayloadMemory;
import java.util.function.DoubleSupplier;

/**
 * The objects that all calls share.
 *
 * @param functions the functions that can be called
 * @param memory holds the bodies of requests
 * @param clock the time of day, for trace ids
 * @param strictness the rules of the cloud that are enforced although they do not matter here
 * @param random chooses the versions of weighted aliases; returns a number from 0, inclusive, to 1,
 *     exclusive
 */
public record CallContext(
    InvokedFunctions functions,
    PayloadMemory memory,
    WallClock clock,
    Strictness strictness,
    DoubleSupplier random) {}

package dev.rapid.invokeapi.invoke;

import dev.rapid.core.time.WallClock;
import dev.rapid.http.request.PayloadMemory;

/**
 * What all calls share.
 *
 * @param functions what can be called
 * @param memory where request bodies are read into
 * @param clock the time of day, for trace ids
 * @param strictness where callers are refused although it does not matter here
 */
public record CallContext(
    InvokedFunctions functions, PayloadMemory memory, WallClock clock, Strictness strictness) {}

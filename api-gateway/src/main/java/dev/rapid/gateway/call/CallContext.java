package dev.rapid.gateway.call;

import dev.rapid.core.shaping.Pacer;
import dev.rapid.core.time.CancellableTimers;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.WallClock;
import dev.rapid.gateway.function.GatewayFunctions;
import dev.rapid.http.request.PayloadMemory;
import java.util.function.Supplier;

/**
 * What all requests share.
 *
 * @param functions finds the functions
 * @param memory holds the bodies of requests
 * @param wallClock the time of day, for events
 * @param clock the time that limits count
 * @param timers follow {@code clock}
 * @param pacers makes the pacer of one streamed response
 */
public record CallContext(
    GatewayFunctions functions,
    PayloadMemory memory,
    WallClock wallClock,
    NanoClock clock,
    CancellableTimers timers,
    Supplier<Pacer> pacers) {}

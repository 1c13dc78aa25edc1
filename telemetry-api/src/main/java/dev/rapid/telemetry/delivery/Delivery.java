package dev.rapid.telemetry.delivery;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import java.util.concurrent.Executor;

/**
 * What all deliveries share.
 *
 * @param thread runs everything that has to do with connections, one task after the other
 * @param timers follow {@code clock}
 * @param counters count what is delivered and what is not
 */
public record Delivery(
    Executor thread, Timers timers, NanoClock clock, TelemetryCounters counters) {}

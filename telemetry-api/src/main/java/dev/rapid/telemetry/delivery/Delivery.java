package dev.rapid.telemetry.delivery;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import java.util.concurrent.Executor;

/**
 * The parts that all deliveries share.
 *
 * @param thread runs all work on connections, one task after the other
 * @param timers follow {@code clock}
 * @param counters count delivered and lost records
 */
public record Delivery(
    Executor thread, Timers timers, NanoClock clock, TelemetryCounters counters) {}

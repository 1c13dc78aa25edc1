package dev.rapid.core.sandbox;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.Subscriptions;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.Processes;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.core.worker.WorkerConnections;
import java.util.function.Consumer;

/**
 * The world around a sandbox.
 *
 * @param processes starts and ends the runtime
 * @param connections what the runtime is connected by
 * @param events receives lifecycle events
 * @param subscriptions delivers telemetry to extensions
 * @param phases hears of every change of what the sandbox does
 * @param timers rings alarms
 * @param clock the monotonic clock that {@code timers} follows
 * @param wallClock the time of day, for deadlines that the runtime sees
 * @param available takes each invocation that ended; then the next one may come
 */
public record SandboxPorts(
    Processes processes,
    WorkerConnections connections,
    EventsApi events,
    Subscriptions subscriptions,
    PhaseListener phases,
    Timers timers,
    NanoClock clock,
    WallClock wallClock,
    Consumer<Invocation> available) {}

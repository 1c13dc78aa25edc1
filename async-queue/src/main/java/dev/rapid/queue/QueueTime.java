package dev.rapid.queue;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import java.util.function.DoubleSupplier;

/**
 * The clocks and timers of a queue.
 *
 * @param timers follow {@code clock}
 * @param wallClock the time until the store is open, which has its own
 * @param random returns numbers from 0 to 1, for the jitter of pauses
 */
public record QueueTime(
    NanoClock clock, Timers timers, WallClock wallClock, DoubleSupplier random) {}

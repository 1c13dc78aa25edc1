package dev.rapid.kapacitor.agent;

import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import java.time.Duration;

/** What a conversation knows of the time. */
record AgentClocks(Timers timers, NanoClock clock, WallClock wallClock) {

  /** Returns an alarm that is not set. */
  Alarm alarm(Runnable ring) {
    return new Alarm(timers, clock, ring);
  }

  /** Returns the moment that is so far away. */
  long after(Duration duration) {
    return clock.nanoTime() + duration.toNanos();
  }

  /** Runs a task once. */
  void schedule(Duration duration, Runnable task) {
    timers.schedule(after(duration), task);
  }
}

package dev.rapid.telemetry;

import dev.rapid.core.events.LifecycleEvent;

/** Turns lifecycle events into lines. */
interface EventFormat {

  /**
   * Appends the lines of {@code event} to {@code line}; some events have none.
   *
   * @param epochMillis when the event happened
   */
  void append(LifecycleEvent event, long epochMillis, LineBuffer line);
}

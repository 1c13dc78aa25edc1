package dev.rapid.emulator;

import dev.rapid.core.events.EventsApi;
import dev.rapid.telemetry.subscription.RecordSink;
import org.jspecify.annotations.Nullable;

/**
 * Receivers of what a function does.
 *
 * @param log the destination of the function's log
 * @param events receives lifecycle events, after the log
 * @param records receives every record of telemetry, null if records are not wanted. Records are
 *     made only while there is a receiver
 */
public record FunctionObserver(FunctionLog log, EventsApi events, @Nullable RecordSink records) {

  /** Returns an observer that has only the log. */
  public static FunctionObserver logging(FunctionLog log) {
    return new FunctionObserver(log, event -> {}, null);
  }
}

package dev.rapid.emulator;

import dev.rapid.core.events.EventsApi;
import dev.rapid.telemetry.subscription.RecordSink;
import org.jspecify.annotations.Nullable;

/**
 * Who watches a function from outside.
 *
 * @param log where the function's log goes
 * @param events receives lifecycle events, after the log
 * @param records receives every record of telemetry, null if nobody wants them; as long as nobody
 *     does, no record is made
 */
public record FunctionObserver(FunctionLog log, EventsApi events, @Nullable RecordSink records) {

  /** Returns an observer that only keeps the log. */
  public static FunctionObserver logging(FunctionLog log) {
    return new FunctionObserver(log, event -> {}, null);
  }
}

package dev.rapid.emulator;

import dev.rapid.core.events.EventsApi;
import dev.rapid.telemetry.subscription.RecordSink;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Receivers of what a function does.
 *
 * @param log the destination of the function's log
 * @param events returns the receiver of the lifecycle events of one sandbox, which gets them one at
 *     a time and after the log. Its argument is the name of the sandbox, for example {@code
 *     orders/1}. Several sandboxes bring events at once
 * @param records receives every record of telemetry, null if records are not wanted. Records are
 *     made only while there is a receiver
 */
public record FunctionObserver(
    FunctionLog log, Function<String, EventsApi> events, @Nullable RecordSink records) {

  /** Returns an observer that has only the log. */
  public static FunctionObserver logging(FunctionLog log) {
    return new FunctionObserver(log, sandbox -> event -> {}, null);
  }
}

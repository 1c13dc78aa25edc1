package dev.rapid.telemetry.format;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.lambda.Utf8Buffer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Turns lifecycle events into lines. */
public interface EventFormat {

  /**
   * Appends the lines of {@code event} to {@code line}; some events have none.
   *
   * @param epochMillis when the event happened
   */
  void append(LifecycleEvent event, long epochMillis, Utf8Buffer line);

  /**
   * Returns all records, each on a line.
   *
   * @param function the current configuration of the function
   * @param peakMemoryBytes the peak memory of the function's processes in bytes, 0 if not known
   */
  static EventFormat allRecords(
      Supplier<FunctionDescription> function, LongSupplier peakMemoryBytes) {
    return new JsonFormat(function, peakMemoryBytes);
  }

  /**
   * Returns the records that subscribers to the Telemetry API get, each on a line. Their clients
   * refuse a whole batch because of one unknown record (contract runtime-extensions-telemetry,
   * section 4.5).
   *
   * @param function the current configuration of the function
   * @param peakMemoryBytes the peak memory of the function's processes in bytes, 0 if not known
   */
  static EventFormat telemetryApi(
      Supplier<FunctionDescription> function, LongSupplier peakMemoryBytes) {
    return new TelemetryApiFormat(new JsonFormat(function, peakMemoryBytes));
  }

  /**
   * Returns the records that subscribers to the Logs API get, each on a line (contract
   * runtime-extensions-telemetry, section 4.7).
   *
   * @param function the current configuration of the function
   * @param runtimeDone whether they get {@code platform.runtimeDone}
   * @param peakMemoryBytes the peak memory of the function's processes in bytes, 0 if not known
   */
  static EventFormat logsApi(
      Supplier<FunctionDescription> function, boolean runtimeDone, LongSupplier peakMemoryBytes) {
    return new LogsApiFormat(new JsonFormat(function, peakMemoryBytes), runtimeDone);
  }
}

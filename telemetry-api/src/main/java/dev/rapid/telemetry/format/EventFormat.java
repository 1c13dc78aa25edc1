package dev.rapid.telemetry.format;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.lambda.Utf8Buffer;

/** Turns lifecycle events into lines. */
public interface EventFormat {

  /**
   * Appends the lines of {@code event} to {@code line}; some events have none.
   *
   * @param epochMillis when the event happened
   */
  void append(LifecycleEvent event, long epochMillis, Utf8Buffer line);

  /** Returns all records, each on a line. */
  static EventFormat allRecords(ObservedSandbox sandbox) {
    return new JsonFormat(sandbox);
  }

  /**
   * Returns the records that subscribers to the Telemetry API get, each on a line. Their clients
   * refuse a whole batch because of one unknown record (contract runtime-extensions-telemetry,
   * section 4.5).
   */
  static EventFormat telemetryApi(ObservedSandbox sandbox) {
    return new TelemetryApiFormat(new JsonFormat(sandbox));
  }

  /**
   * Returns the records that subscribers to the Logs API get, each on a line (contract
   * runtime-extensions-telemetry, section 4.7).
   *
   * @param runtimeDone whether they get {@code platform.runtimeDone}
   */
  static EventFormat logsApi(ObservedSandbox sandbox, boolean runtimeDone) {
    return new LogsApiFormat(new JsonFormat(sandbox), runtimeDone);
  }
}

package dev.rapid.core.error;

import dev.rapid.core.process.ProcessExit;
import java.time.Duration;
import java.util.Locale;

/**
 * What callers, logs and telemetry read about a failure of the function's side, on one line and
 * without the request id. A platform has its own words.
 */
public interface FailureMessages {

  /** The words of no platform. */
  FailureMessages PLAIN =
      new FailureMessages() {
        @Override
        public String timedOut(Duration timeout) {
          return String.format(
              Locale.ROOT, "Timed out after %.2f seconds", timeout.toMillis() / 1000.0);
        }

        @Override
        public String responseTooLarge() {
          return "The response is too large";
        }

        @Override
        public String runtimeExited(ProcessExit exit) {
          return "The runtime ended: " + exit.describe();
        }

        @Override
        public String workerExited() {
          return "The worker ended";
        }

        @Override
        public String extensionExited(ProcessExit exit) {
          return exit.describe();
        }
      };

  /** Returns what callers read as the type of an error. Logs and telemetry have its usual name. */
  default String typeOf(ErrorType error) {
    return error.wireName();
  }

  /** An invocation took longer than the function's timeout. */
  String timedOut(Duration timeout);

  /** A buffered response was longer than the limit. */
  String responseTooLarge();

  /** The runtime's process ended. */
  String runtimeExited(ProcessExit exit);

  /**
   * Returns whether a runtime that ends like this between two invocations is in order: then nothing
   * is reported.
   */
  default boolean isOrderlyEnd(ProcessExit exit) {
    return false;
  }

  /** A process ended that ran one of several invocations of a runtime. */
  String workerExited();

  /** The process of an extension ended. */
  String extensionExited(ProcessExit exit);
}

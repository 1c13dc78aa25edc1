package dev.rapid.core.worker;

import dev.rapid.core.process.ApplicationLogLevel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a worker says for its function's log over its protocol, besides what its process
 * prints. Never blocks for long; thread-safe.
 */
public interface WorkerLog {

  /** Takes nothing. */
  WorkerLog NONE =
      new WorkerLog() {
        @Override
        public void message(Message message) {}

        @Override
        public void metric(Metric metric) {}
      };

  /**
   * One message of the function.
   *
   * @param requestId the invocation that it belongs to, null for none
   * @param text may have several lines
   * @param thrown the exception that the function logged, null for none
   */
  record Message(
      @Nullable String requestId,
      ApplicationLogLevel level,
      String text,
      @Nullable Thrown thrown) {}

  /**
   * An exception. What the worker does not say is empty.
   *
   * @param stackTrace its lines, as the language prints them
   */
  record Thrown(String type, String message, String stackTrace) {}

  /**
   * One value that the function measured.
   *
   * @param requestId the invocation that it belongs to, null for none
   * @param dimensions by name
   */
  record Metric(
      @Nullable String requestId, String name, double value, Map<String, String> dimensions) {

    /** Copies the map. */
    public Metric {
      dimensions = Map.copyOf(dimensions);
    }
  }

  /** Takes a message. */
  void message(Message message);

  /** Takes a measured value. */
  void metric(Metric metric);
}

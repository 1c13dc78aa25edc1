package dev.rapid.azure.server;

import dev.rapid.azure.protocol.RpcException;
import dev.rapid.azure.protocol.RpcLog;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.worker.WorkerLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says for logs (contract azure-functions-worker, sections 4.3, 12 and 14.6): the
 * function's messages and values go to the log of the function, the worker's own to the log of
 * Rapid.
 */
final class WorkerMessages {

  private static final Logger WORKER = System.getLogger("dev.rapid.azure.worker");

  /** The keys of a metric's parts among its properties. */
  private static final String METRIC_NAME = "Name";

  private static final String METRIC_VALUE = "Value";

  private static final int KEPT_ERRORS = 3;

  private final WorkerLog log;

  /** The last errors, which may say why an init fails. */
  private final Deque<String> errors = new ArrayDeque<>();

  WorkerMessages(WorkerLog log) {
    this.log = log;
  }

  /**
   * Takes messages.
   *
   * @param calls knows the invocations that run, null if none can run yet
   */
  void takeAll(List<RpcLog> messages, @Nullable Calls calls) {
    for (RpcLog each : messages) {
      take(each, calls);
    }
  }

  /** Takes a message. */
  void take(RpcLog message, @Nullable Calls calls) {
    if (isError(message)) {
      keep(textOf(message));
    }
    switch (message.getLogCategory()) {
      case System -> WORKER.log(levelOfRapid(message), () -> withException(message));
      case CustomMetric -> metric(message, requestId(message, calls));
      case User, UNRECOGNIZED -> message(message, requestId(message, calls));
    }
  }

  /** Returns the worker's last errors, the oldest first. */
  List<String> lastErrors() {
    return List.copyOf(errors);
  }

  private void keep(String error) {
    if (errors.size() == KEPT_ERRORS) {
      errors.remove();
    }
    errors.add(error);
  }

  private static boolean isError(RpcLog message) {
    return message.getLevel() == RpcLog.Level.Error || message.getLevel() == RpcLog.Level.Critical;
  }

  /** An id of an invocation that does not run is none. */
  private static @Nullable String requestId(RpcLog message, @Nullable Calls calls) {
    Invocation invocation = calls == null ? null : calls.running(message.getInvocationId());
    return invocation == null ? null : invocation.requestId();
  }

  private static Level levelOfRapid(RpcLog message) {
    return isError(message) ? Level.WARNING : Level.DEBUG;
  }

  private static String textOf(RpcLog message) {
    return message.getMessage().isEmpty()
        ? message.getException().getMessage()
        : message.getMessage();
  }

  private static String withException(RpcLog message) {
    if (!message.hasException()) {
      return message.getMessage();
    }
    RpcException exception = message.getException();
    return message.getMessage()
        + System.lineSeparator()
        + exception.getMessage()
        + System.lineSeparator()
        + exception.getStackTrace();
  }

  private void message(RpcLog message, @Nullable String requestId) {
    RpcException exception = message.getException();
    log.message(
        new WorkerLog.Message(
            requestId,
            levelOf(message.getLevel()),
            message.getMessage(),
            message.hasException()
                ? new WorkerLog.Thrown(
                    exception.getType(), exception.getMessage(), exception.getStackTrace())
                : null));
  }

  private static ApplicationLogLevel levelOf(RpcLog.Level level) {
    return switch (level) {
      case Trace -> ApplicationLogLevel.TRACE;
      case Debug -> ApplicationLogLevel.DEBUG;
      case Warning -> ApplicationLogLevel.WARN;
      case Error -> ApplicationLogLevel.ERROR;
      case Critical -> ApplicationLogLevel.FATAL;
      case Information, None, UNRECOGNIZED -> ApplicationLogLevel.INFO;
    };
  }

  private void metric(RpcLog message, @Nullable String requestId) {
    Map<String, TypedData> properties = message.getPropertiesMapMap();
    String name = properties.getOrDefault(METRIC_NAME, TypedData.getDefaultInstance()).getString();
    Double value = numberOf(properties.getOrDefault(METRIC_VALUE, TypedData.getDefaultInstance()));
    if (name.isEmpty() || value == null) {
      WORKER.log(Level.DEBUG, "A metric of the worker has no name, or no number as its value");
      return;
    }
    Map<String, String> dimensions = new HashMap<>();
    properties.forEach((key, dimension) -> {
      if (!key.equals(METRIC_NAME) && !key.equals(METRIC_VALUE)) {
        dimensions.put(key, textOf(dimension));
      }
    });
    log.metric(new WorkerLog.Metric(requestId, name, value, dimensions));
  }

  /** Returns a number, also one that is written as text; null for anything else. */
  private static @Nullable Double numberOf(TypedData value) {
    return switch (value.getDataCase()) {
      case INT -> (double) value.getInt();
      case DOUBLE -> value.getDouble();
      case STRING, JSON -> parsed(textOf(value));
      default -> null;
    };
  }

  private static @Nullable Double parsed(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String textOf(TypedData value) {
    return switch (value.getDataCase()) {
      case STRING -> value.getString();
      case JSON -> value.getJson();
      case INT -> Long.toString(value.getInt());
      case DOUBLE -> Double.toString(value.getDouble());
      default -> "";
    };
  }
}

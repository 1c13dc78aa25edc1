package dev.rapid.telemetry.format;

import dev.rapid.core.worker.WorkerLog;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.Utf8Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes lines of what a worker logs over its protocol. They look like those of the runtimes of the
 * cloud, so that what reads logs of the cloud reads them too.
 */
public final class WorkerLines {

  /** The namespace of metrics. */
  static final String NAMESPACE = "Rapid";

  private static final String FUNCTION_NAME = "FunctionName";

  /** How many dimensions CloudWatch's embedded metric format has at most. */
  private static final int MAX_DIMENSIONS = 30;

  /** Up to here a double stands for each integer. */
  private static final double MAX_INTEGER = 1L << 53;

  private WorkerLines() {}

  /**
   * Appends a message as text: time, request id, level and text between tabs, then the exception.
   * The request id is missing if there is none.
   */
  public static void appendText(WorkerLog.Message message, long epochMillis, Utf8Buffer lines) {
    lines.putTime(epochMillis).put('\t');
    if (message.requestId() != null) {
      lines.put(message.requestId()).put('\t');
    }
    lines.put(message.level().name()).put('\t').put(message.text().stripTrailing()).put('\n');
    WorkerLog.Thrown thrown = message.thrown();
    if (thrown == null) {
      return;
    }
    String stack = thrown.stackTrace().stripTrailing();
    String head = head(thrown);
    // Some languages begin the stack with the message.
    if (!head.isEmpty() && !stack.contains(thrown.message())) {
      lines.put(head).put('\n');
    } else if (!head.isEmpty() && thrown.message().isEmpty() && stack.isEmpty()) {
      lines.put(head).put('\n');
    }
    if (!stack.isEmpty()) {
      lines.put(stack).put('\n');
    }
  }

  private static String head(WorkerLog.Thrown thrown) {
    boolean both = !thrown.type().isEmpty() && !thrown.message().isEmpty();
    return thrown.type() + (both ? ": " : "") + thrown.message();
  }

  /** Appends a message as a JSON object with the members that the runtimes of the cloud write. */
  public static void appendJson(WorkerLog.Message message, long epochMillis, Utf8Buffer lines) {
    JsonObject json =
        new JsonObject().put("timestamp", time(epochMillis)).put("level", message.level().name());
    if (message.requestId() != null) {
      json.put("requestId", message.requestId());
    }
    json.put("message", message.text().stripTrailing());
    WorkerLog.Thrown thrown = message.thrown();
    if (thrown != null) {
      json.put("errorType", thrown.type());
      json.put("errorMessage", thrown.message());
      json.putStrings("stackTrace", thrown.stackTrace().lines().toList());
    }
    put(json, lines);
  }

  /**
   * Appends a measured value in CloudWatch's embedded metric format. The function is a dimension. A
   * value that is not finite is a string, because JSON has no such numbers.
   *
   * @param function the name of the function
   */
  public static void appendMetric(
      WorkerLog.Metric metric, String function, long epochMillis, Utf8Buffer lines) {
    Map<String, String> dimensions = new LinkedHashMap<>();
    dimensions.put(FUNCTION_NAME, function);
    new TreeMap<>(metric.dimensions()).forEach(dimensions::putIfAbsent);
    dimensions.remove(metric.name());
    List<String> names = dimensions.keySet().stream().limit(MAX_DIMENSIONS).toList();
    JsonObject directive =
        new JsonObject()
            .put("Namespace", NAMESPACE)
            .putAll(Map.of("Dimensions", List.of(names)))
            .putObjects("Metrics", List.of(new JsonObject().put("Name", metric.name())));
    JsonObject json =
        new JsonObject()
            .put(
                "_aws",
                new JsonObject()
                    .put("Timestamp", epochMillis)
                    .putObjects("CloudWatchMetrics", List.of(directive)));
    if (metric.requestId() != null) {
      json.put("requestId", metric.requestId());
    }
    json.putAll(dimensions);
    json.putAll(Map.of(metric.name(), number(metric.value())));
    put(json, lines);
  }

  private static Object number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    boolean integer = value == Math.rint(value) && Math.abs(value) <= MAX_INTEGER;
    return integer ? (Object) (long) value : (Object) value;
  }

  private static String time(long epochMillis) {
    return new Utf8Buffer(24).putTime(epochMillis).toString();
  }

  private static void put(JsonObject json, Utf8Buffer lines) {
    byte[] line = json.line();
    lines.put(line, 0, line.length);
  }
}

package dev.rapid.telemetry.log;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.time.WallClock;
import dev.rapid.core.worker.WorkerLog;
import dev.rapid.lambda.Utf8Buffer;
import dev.rapid.telemetry.format.ObservedSandbox;
import dev.rapid.telemetry.format.WorkerLines;
import java.util.function.ObjDoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a worker logs over its protocol, in the log and the records of its sandbox. It keeps its
 * order with the platform's lines: a message that comes while an event waits for output waits
 * behind it. It never waits for a reader of the log; what has no room is dropped, counted and
 * reported as lines of the platform are.
 */
public final class WorkerMessages implements WorkerLog {

  /** Takes messages for the records. */
  @FunctionalInterface
  public interface Records {

    /**
     * Takes a message as the log shows it; must not block.
     *
     * @param requestId the invocation that it belongs to, null for none
     * @param bytes has the message at its beginning, without its last line end
     * @param epochMillis when it was logged
     */
    void message(@Nullable String requestId, byte[] bytes, int length, long epochMillis);
  }

  private static final int INITIAL_BYTES = 256;

  private final ObservedSandbox sandbox;
  private final InvocationLog log;
  private final Records records;
  private final ApplicationLogLevel lowest;
  private final ObjDoubleConsumer<String> metrics;
  private final WallClock wallClock;

  /**
   * Creates the log of a sandbox's workers.
   *
   * @param log the log of the sandbox
   * @param lowest the least serious level that is logged
   * @param metrics takes the name and the value of each metric
   */
  public WorkerMessages(
      ObservedSandbox sandbox,
      InvocationLog log,
      Records records,
      ApplicationLogLevel lowest,
      ObjDoubleConsumer<String> metrics,
      WallClock wallClock) {
    this.sandbox = sandbox;
    this.log = log;
    this.records = records;
    this.lowest = lowest;
    this.metrics = metrics;
    this.wallClock = wallClock;
  }

  @Override
  public void message(Message message) {
    if (message.level().compareTo(lowest) < 0) {
      return;
    }
    String text = message.text();
    int from = 0;
    while (text.length() - from > OutputLines.MAX_LINE_BYTES) {
      int cut = from + OutputLines.MAX_LINE_BYTES;
      int end = Character.isHighSurrogate(text.charAt(cut - 1)) ? cut - 1 : cut;
      piece(message, text.substring(from, end), null);
      from = end;
    }
    piece(message, from == 0 ? text : text.substring(from), cut(message.thrown()));
  }

  private static @Nullable Thrown cut(@Nullable Thrown thrown) {
    return thrown == null
        ? null
        : new Thrown(thrown.type(), cut(thrown.message()), cut(thrown.stackTrace()));
  }

  private static String cut(String text) {
    return text.length() <= OutputLines.MAX_LINE_BYTES
        ? text
        : text.substring(0, OutputLines.MAX_LINE_BYTES);
  }

  private void piece(Message whole, String text, @Nullable Thrown thrown) {
    Message piece = new Message(whole.requestId(), whole.level(), text, thrown);
    long epochMillis = wallClock.epochMillis();
    boolean json = log.isJson();
    Utf8Buffer lines = new Utf8Buffer(text.length() + INITIAL_BYTES);
    if (json) {
      WorkerLines.appendJson(piece, epochMillis, lines);
    } else {
      WorkerLines.appendText(piece, epochMillis, lines);
    }
    pass(whole.requestId(), lines, json, epochMillis);
  }

  @Override
  public void metric(Metric metric) {
    metrics.accept(metric.name(), metric.value());
    long epochMillis = wallClock.epochMillis();
    Utf8Buffer line = new Utf8Buffer(INITIAL_BYTES);
    WorkerLines.appendMetric(metric, sandbox.function().get().identity().name(), epochMillis, line);
    pass(metric.requestId(), line, log.isJson(), epochMillis);
  }

  private void pass(@Nullable String requestId, Utf8Buffer lines, boolean json, long epochMillis) {
    log.message(
        requestId,
        lines,
        json,
        () -> records.message(requestId, lines.array(), lines.length() - 1, epochMillis));
  }
}

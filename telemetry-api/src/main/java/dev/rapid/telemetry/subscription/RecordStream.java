package dev.rapid.telemetry.subscription;

import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.Utf8Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The records of all sandboxes of a function, for people and for programs that are not extensions.
 *
 * <p>Each sandbox's records keep their order. Records are made only while there is a sink.
 */
public final class RecordStream {

  private static final int TIME_CHARS = 24;

  private volatile List<RecordSink> sinks = List.of();

  /** Creates a stream without sinks. */
  public RecordStream() {}

  /** Returns whether there is a sink. */
  boolean isWatched() {
    return !sinks.isEmpty();
  }

  /**
   * Passes a record about the function as a whole to all sinks.
   *
   * @param type its type, for example {@code rapid.asyncDone}
   * @param record returns what it says; called only if there is a sink
   */
  public void ofFunction(
      String function, long epochMillis, String type, Supplier<JsonObject> record) {
    if (isWatched()) {
      byte[] json =
          new JsonObject()
              .put("time", time(epochMillis))
              .put("type", type)
              .put("record", record.get())
              .put("function", function)
              .bytes();
      record(new TelemetryRecord(RecordCategory.PLATFORM, epochMillis, null, null, json));
    }
  }

  private static String time(long epochMillis) {
    return new String(
        new Utf8Buffer(TIME_CHARS).putTime(epochMillis).toBytes(), StandardCharsets.US_ASCII);
  }

  /** Passes a record to all sinks. */
  synchronized void record(TelemetryRecord record) {
    sinks.forEach(sink -> sink.record(record));
  }

  /** Adds {@code sink}, which gets every record from now on. */
  public synchronized void addSink(RecordSink sink) {
    List<RecordSink> more = new ArrayList<>(sinks);
    more.add(sink);
    sinks = List.copyOf(more);
  }

  /** Removes {@code sink}. */
  public synchronized void removeSink(RecordSink sink) {
    List<RecordSink> fewer = new ArrayList<>(sinks);
    fewer.remove(sink);
    sinks = List.copyOf(fewer);
  }
}

package dev.rapid.telemetry.subscription;

import java.util.ArrayList;
import java.util.List;

/**
 * The records of all sandboxes of a function, for people and for programs that are not extensions.
 *
 * <p>Each sandbox's records keep their order. Records are made only while there is a sink.
 */
public final class RecordStream {

  private volatile List<RecordSink> sinks = List.of();

  /** Creates a stream without sinks. */
  public RecordStream() {}

  /** Returns whether there is a sink. */
  boolean isWatched() {
    return !sinks.isEmpty();
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

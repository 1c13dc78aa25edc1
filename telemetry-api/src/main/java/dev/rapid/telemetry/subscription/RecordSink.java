package dev.rapid.telemetry.subscription;

/** Receives all records, for people and for programs that are not extensions. */
@FunctionalInterface
public interface RecordSink {

  /**
   * Takes the next record. Called in order, never by two threads at once; must not block and must
   * not call the hub.
   */
  void record(TelemetryRecord record);
}

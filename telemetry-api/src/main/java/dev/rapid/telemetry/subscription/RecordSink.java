package dev.rapid.telemetry.subscription;

/** Receives all records, for people and for programs that are not extensions. */
@FunctionalInterface
public interface RecordSink {

  /**
   * Takes the next record. The records of a sandbox come in order. The records of one function
   * never come on two threads at once; those of several functions may. Must not block and must not
   * change the streams of records.
   */
  void record(TelemetryRecord record);
}

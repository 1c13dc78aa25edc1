package dev.rapid.kapacitor;

/** What an agent takes, or what it gives (contract kapacitor-udf, section 5.7). */
public enum EdgeType {
  /** Single points. */
  STREAM,
  /** Groups of points that have a begin and an end. */
  BATCH
}

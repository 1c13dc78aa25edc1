package dev.rapid.kapacitor;

/** Which fields of the messages are written (contract kapacitor-udf, section 3). */
public enum UdfSchema {
  /** All of them. */
  CURRENT,
  /** Those of Kapacitor 0.10 to 0.13: no size of a batch, no fields of booleans, no ids. */
  SEED
}

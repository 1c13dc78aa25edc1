package dev.rapid.kapacitor;

/** The type of an argument of an option (contract kapacitor-udf, section 2). */
public enum ValueType {
  BOOL,
  INT,
  DOUBLE,
  STRING,
  DURATION
}

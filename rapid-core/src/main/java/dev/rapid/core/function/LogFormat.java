package dev.rapid.core.function;

/** How function output and platform lines look. */
public enum LogFormat {
  /** The plain lines of the cloud: {@code START}, {@code END}, {@code REPORT}. */
  TEXT,
  /** One JSON record on each line, as the Telemetry API has them. */
  JSON
}

package dev.rapid.telemetry.subscription;

import java.util.Locale;

/**
 * The categories of records that subscribers choose from (contract runtime-extensions-telemetry,
 * section 4.2).
 */
public enum RecordCategory {
  /** The lifecycle of the sandbox. */
  PLATFORM,
  /** What the runtime wrote. */
  FUNCTION,
  /** What external extensions wrote. */
  EXTENSION;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** Returns the name in subscriptions and, for lines of output, in records. */
  public String wireName() {
    return wireName;
  }
}

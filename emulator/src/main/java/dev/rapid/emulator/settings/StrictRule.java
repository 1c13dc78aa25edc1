package dev.rapid.emulator.settings;

/** A rule of the cloud that Rapid enforces only on request. */
public enum StrictRule {
  /** ARNs of another region are not found. */
  REGION,

  /** ARNs of another account are forbidden. */
  ACCOUNT,

  /**
   * Tenant ids of functions that do not isolate tenants are refused. They always are; the name
   * remains for command lines that have it.
   */
  TENANT,

  /** A streamed invocation of type {@code DryRun} runs nothing. */
  MODEL,

  /** A function that is busy answers 429; no caller waits. */
  CONCURRENCY
}

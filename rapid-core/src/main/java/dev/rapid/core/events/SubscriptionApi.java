package dev.rapid.core.events;

/**
 * By which API an extension subscribes to telemetry (contract runtime-extensions-telemetry, section
 * 4).
 */
public enum SubscriptionApi {
  /** {@code PUT /2022-07-01/telemetry}. */
  TELEMETRY,
  /** {@code PUT /2020-08-15/logs}. */
  LOGS
}

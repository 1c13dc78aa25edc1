package dev.rapid.telemetry.subscription;

import dev.rapid.core.events.SubscriptionApi;
import org.jspecify.annotations.Nullable;

/** The schema versions of both APIs (contract runtime-extensions-telemetry, section 4.2). */
enum Schema {
  /** All records of the Telemetry API; lines of output are always strings. */
  TELEMETRY_2022_07_01(SubscriptionApi.TELEMETRY, "2022-07-01"),
  /** Lines that are JSON objects are objects, if the function logs JSON. */
  TELEMETRY_2022_12_13(SubscriptionApi.TELEMETRY, "2022-12-13"),
  /** As before; it adds only what managed instances have. */
  TELEMETRY_2025_01_29(SubscriptionApi.TELEMETRY, "2025-01-29"),
  /** The records of the Logs API, without the end of the runtime's work. */
  LOGS_2020_08_15(SubscriptionApi.LOGS, "2020-08-15"),
  /** With the end of the runtime's work. */
  LOGS_2021_03_18(SubscriptionApi.LOGS, "2021-03-18");

  private final SubscriptionApi api;
  private final String version;

  Schema(SubscriptionApi api, String version) {
    this.api = api;
    this.version = version;
  }

  /** Returns the schema of {@code api} with this version, null if there is none. */
  static @Nullable Schema of(SubscriptionApi api, String version) {
    for (Schema schema : values()) {
      if (schema.api == api && schema.version.equals(version)) {
        return schema;
      }
    }
    return null;
  }

  SubscriptionApi api() {
    return api;
  }

  /** Returns whether lines that are JSON objects stay objects. */
  boolean hasObjects() {
    return this == TELEMETRY_2022_12_13 || this == TELEMETRY_2025_01_29;
  }
}

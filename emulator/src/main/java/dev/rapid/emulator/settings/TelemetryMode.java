package dev.rapid.emulator.settings;

/** How the Telemetry API and the Logs API answer extensions. */
public enum TelemetryMode {
  /** The APIs. */
  ON,
  /** RIE's replacement: 202 with an error, and no subscription. */
  STUB,
  /** The APIs for extensions, and RIE's answer for requests without an extension identifier. */
  RIE
}

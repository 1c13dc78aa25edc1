package dev.rapid.emulator.settings;

/** What extensions find at the Telemetry API and the Logs API. */
public enum TelemetryMode {
  /** The APIs. */
  ON,
  /** What RIE has in their place: 202 and an error, and no subscription. */
  STUB,
  /** The APIs for extensions, and RIE's answer for those who do not say which one they are. */
  RIE
}

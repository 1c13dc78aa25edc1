package dev.rapid.emulator.settings;

/** Whether the last event of a streamed response has the error. */
public enum StreamErrors {
  /** It has the error, as the service's documentation says. */
  REPORT,
  /** It leaves the error out, as the service really does. */
  AWS
}

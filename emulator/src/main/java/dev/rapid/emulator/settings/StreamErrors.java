package dev.rapid.emulator.settings;

/** Whether the end of an event stream has the error. */
public enum StreamErrors {
  /** It does, as the documentation of the service says. */
  REPORT,
  /** It does not, as the service was seen to do. */
  AWS
}

package dev.rapid.emulator.settings;

/** What callers of a function get when all sandboxes that it may have are busy. */
public enum WhenBusy {
  /** They wait, in order of arrival. */
  QUEUE,
  /** They are rejected as throttled, as in the cloud. */
  THROTTLE
}

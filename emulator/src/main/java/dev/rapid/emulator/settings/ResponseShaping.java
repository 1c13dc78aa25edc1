package dev.rapid.emulator.settings;

/** Whether streamed responses have the cloud's limits of bandwidth and length. */
public enum ResponseShaping {
  /** 6 MiB at once, then 2 MiB/s, 200 MiB in all. */
  ON,
  /** As fast as runtime and caller can, of any length. */
  OFF
}

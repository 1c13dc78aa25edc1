package dev.rapid.emulator.settings;

/** What a node does with asynchronous invocations. */
public enum NodeRole {
  /** Callers may send them. */
  ACCEPT,

  /** Functions run them. */
  RUN
}

package dev.rapid.core.sandbox;

/** The alarms of a sandbox; each exists at most once. */
public enum SandboxTimer {
  /** The deadline of an init or an invocation. */
  DEADLINE,
  /** The end of the time that a failing or dead runtime is given. */
  GRACE,
  /** The moment at which the processes of an idle sandbox may be stopped. */
  FREEZE
}

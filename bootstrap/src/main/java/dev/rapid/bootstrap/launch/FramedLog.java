package dev.rapid.bootstrap.launch;

/**
 * Whether a runtime is offered a framed log, into which AWS's runtime clients write whole messages
 * (contract runtime-extensions-telemetry, section 7.6).
 */
public enum FramedLog {
  /** Only if the command starts such a client itself, and not through a launcher. */
  AUTO,
  /** Always, where the system allows it. */
  ON,
  /** Never. */
  OFF
}

package dev.rapid.core.fleet;

import dev.rapid.core.sandbox.Phase;

/** What a fleet knows of the {@link Phase} of a sandbox. */
enum MemberPhase {
  /** Nothing runs; an invocation pays for the next init. */
  COLD,
  /** The runtime is being initialised or restored. */
  STARTING,
  /** The runtime takes invocations. */
  READY,
  /** The processes are being ended; then the sandbox is cold. */
  RESETTING,
  /** The sandbox ends for good. */
  ENDING;

  static MemberPhase of(Phase phase) {
    return switch (phase) {
      case Phase.Cold() -> COLD;
      // The next invocation resets it, and pays for the init.
      case Phase.Failed() -> COLD;
      case Phase.Initializing e -> STARTING;
      case Phase.Restoring e -> STARTING;
      case Phase.Serving e -> READY;
      case Phase.Resetting e -> RESETTING;
      case Phase.ShuttingDown e -> ENDING;
      case Phase.Terminated() -> ENDING;
    };
  }
}

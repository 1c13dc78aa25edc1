package dev.rapid.core.sandbox;

/** How far an invocation is that runs in a sandbox. */
public enum InvocationStatus {
  /** It waits until the worker has room. */
  PENDING,
  /** The worker has it. */
  DELIVERED,
  /** The worker sends its reply. */
  REPLYING,
  /** The reply has ended, and the runtime is not known to be done. */
  REPLIED,
  /** The runtime is done; extensions are not. */
  FINISHING
}

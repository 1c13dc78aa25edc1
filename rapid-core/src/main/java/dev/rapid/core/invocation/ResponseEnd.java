package dev.rapid.core.invocation;

/** How a streamed response ended (contract lifecycle-and-control, section 5.5). */
public enum ResponseEnd {
  /** The caller has all that the runtime sent. */
  COMPLETE,
  /** The runtime's or the caller's connection broke. */
  TRUNCATED,
  /** The runtime sent more than the invocation allows; the caller has one byte too many. */
  OVERSIZED
}

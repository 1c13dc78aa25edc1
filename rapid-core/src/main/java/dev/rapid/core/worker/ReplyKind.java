package dev.rapid.core.worker;

/** What a worker replies with. */
public enum ReplyKind {
  /** The function's result. */
  RESPONSE,
  /** The function's error. */
  ERROR
}

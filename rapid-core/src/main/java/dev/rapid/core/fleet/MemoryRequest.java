package dev.rapid.core.fleet;

import dev.rapid.core.time.Deadline;

/**
 * Memory that a fleet has asked for, for a sandbox that it will initialise then.
 *
 * @param number of the request
 * @param refusedFrom from when on it is no reason to let an invocation wait: memory is short then,
 *     and it is not known when there will be some
 */
record MemoryRequest(int number, Purpose purpose, Deadline refusedFrom) {

  /** What a sandbox is for. */
  enum Purpose {
    /** Invocations that wait. */
    CALLERS,
    /** To be there before there is work. */
    PROVISIONED,
    /** To know early whether it can be initialised. It is not worth the end of another one. */
    EARLY
  }

  static MemoryRequest of(int number, Purpose purpose) {
    return new MemoryRequest(number, purpose, Deadline.NEVER);
  }

  MemoryRequest refusedFrom(Deadline moment) {
    return new MemoryRequest(number, purpose, moment);
  }

  boolean isRefused(long nowNanos) {
    return refusedFrom.hasPassed(nowNanos);
  }
}

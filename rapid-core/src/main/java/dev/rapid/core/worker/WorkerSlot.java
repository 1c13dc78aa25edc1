package dev.rapid.core.worker;

import dev.rapid.core.invocation.Invocation;

/**
 * Room for one more invocation in a worker, until the sandbox answers with one: a parked poll, or
 * one of the invocations that a worker takes at once over a stream.
 */
public interface WorkerSlot extends WorkerCall {

  /**
   * Returns what names the delivery of an invocation to this slot, and no other delivery (contract
   * lambda-2026-additions, section 1).
   */
  String deliveryId();

  /**
   * Gives the invocation to the worker. If nothing of it could be written, the implementation posts
   * {@code DeliveryFailed}.
   *
   * @param deadlineEpochMillis when the invocation times out, in milliseconds since the epoch
   */
  void deliver(Invocation invocation, long deadlineEpochMillis);

  /**
   * Says that the result of the delivered invocation is not wanted any more, because it timed out
   * in a worker that other invocations share. A protocol without a message for that does nothing.
   */
  default void cancel(Invocation invocation) {}
}

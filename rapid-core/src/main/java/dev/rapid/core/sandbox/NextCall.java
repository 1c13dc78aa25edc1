package dev.rapid.core.sandbox;

import dev.rapid.core.invocation.Invocation;

/** A parked poll for the next invocation. */
public interface NextCall extends RuntimeCall {

  /**
   * Returns what names the delivery of an event to this poll, and no other delivery (contract
   * lambda-2026-additions, section 1).
   */
  String deliveryId();

  /**
   * Answers with an event. If nothing of it could be written, the implementation posts {@link
   * SandboxEvent.DeliveryFailed}.
   *
   * @param deadlineEpochMillis when the invocation times out
   */
  void deliver(Invocation invocation, long deadlineEpochMillis);
}

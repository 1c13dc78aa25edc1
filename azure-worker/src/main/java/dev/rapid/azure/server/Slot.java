package dev.rapid.azure.server;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerSlot;

/** Room for one invocation. Nothing of it is on the wire, so that a refusal needs no answer. */
record Slot(Calls calls, String deliveryId) implements WorkerSlot {

  @Override
  public void deliver(Invocation invocation, long deadlineEpochMillis) {
    calls.deliver(this, invocation);
  }

  @Override
  public void cancel(Invocation invocation) {
    calls.cancel(this);
  }

  @Override
  public void refuse(Refusal refusal) {}

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}

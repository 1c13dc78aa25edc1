package dev.rapid.kapacitor.host;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerSlot;

/** Room for one invocation. Nothing of it is on the wire, so that a refusal needs no answer. */
record Slot(Invocations invocations, String deliveryId) implements WorkerSlot {

  @Override
  public void deliver(Invocation invocation, long deadlineEpochMillis) {
    invocations.deliver(this, invocation, deadlineEpochMillis);
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

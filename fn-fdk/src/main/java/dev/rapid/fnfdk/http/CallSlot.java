package dev.rapid.fnfdk.http;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerSlot;

/** Room for one call. Nothing of it is on the wire, so that a refusal needs no answer. */
record CallSlot(WorkerLink link, String deliveryId) implements WorkerSlot {

  @Override
  public void deliver(Invocation invocation, long deadlineEpochMillis) {
    // The sandbox may be done with the payload before the event loop begins the call.
    invocation.payload().acquire();
    Call call = new Call(link, this, invocation, deadlineEpochMillis);
    link.run(() -> link.begin(call));
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

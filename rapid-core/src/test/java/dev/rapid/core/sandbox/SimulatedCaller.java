package dev.rapid.core.sandbox;

import dev.rapid.core.invocation.Dispatch;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.ResponseSink;

/** A caller who waits for the whole response. */
final class SimulatedCaller implements ResponseSink {

  private final String requestId;
  private final Invariants invariants;

  SimulatedCaller(String requestId, Invariants invariants) {
    this.requestId = requestId;
    this.invariants = invariants;
  }

  @Override
  public void dispatched(Dispatch dispatch) {
    invariants.dispatched(requestId);
  }

  @Override
  public void complete(Outcome outcome) {
    invariants.completed(requestId, outcome);
  }

  @Override
  public String toString() {
    return "the caller of " + requestId;
  }
}

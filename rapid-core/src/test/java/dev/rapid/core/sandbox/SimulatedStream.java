package dev.rapid.core.sandbox;

import dev.rapid.core.invocation.Dispatch;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;

/** A caller who takes the response while it comes. */
final class SimulatedStream implements StreamingSink {

  private final String requestId;
  private final Invariants invariants;

  SimulatedStream(String requestId, Invariants invariants) {
    this.requestId = requestId;
    this.invariants = invariants;
  }

  @Override
  public void begin(ResponseHead head, ResponseSource source) {
    invariants.streamBegan(requestId);
  }

  @Override
  public void write(Payload bytes) {
    invariants.streamWritten(requestId);
    bytes.release();
  }

  @Override
  public void dispatched(Dispatch dispatch) {
    invariants.dispatched(requestId);
  }

  @Override
  public void complete(Outcome outcome) {
    invariants.streamCompleted(requestId, outcome);
    invariants.completed(requestId, outcome);
  }

  @Override
  public String toString() {
    return "the caller of " + requestId;
  }
}

package dev.rapid.core.testing;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerSlot;
import org.jspecify.annotations.Nullable;

/** A poll that keeps the event that it was answered with. */
public final class FakeSlot extends FakeCall<Refusal> implements WorkerSlot {

  private @Nullable Invocation delivered;
  private long deadlineEpochMillis;

  /** Creates a poll that failures call {@code next}. */
  public FakeSlot() {
    this("next");
  }

  /** Creates a poll with a name for failures. */
  public FakeSlot(String name) {
    super(name);
  }

  @Override
  public String deliveryId() {
    return "delivery to " + this;
  }

  @Override
  public void deliver(Invocation invocation, long deadline) {
    answer("delivered " + invocation);
    delivered = invocation;
    deadlineEpochMillis = deadline;
  }

  /** Returns the event, null if there was none. */
  public @Nullable Invocation delivered() {
    return delivered;
  }

  /** Returns the deadline that came with the event. */
  public long deadlineEpochMillis() {
    return deadlineEpochMillis;
  }
}

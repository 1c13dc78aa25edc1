package dev.rapid.core.testing;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.ResponseSink;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A caller that keeps its outcome and fails the test on a second one. */
public final class RecordingSink implements ResponseSink {

  private final AtomicReference<@Nullable Outcome> first = new AtomicReference<>();

  @Override
  public void complete(Outcome outcome) {
    Outcome earlier = first.compareAndExchange(null, outcome);
    if (earlier != null) {
      throw new AssertionError("a second outcome: " + earlier + ", then " + outcome);
    }
  }

  /** Returns the outcome, null if there is none yet. */
  public @Nullable Outcome outcome() {
    return first.get();
  }
}

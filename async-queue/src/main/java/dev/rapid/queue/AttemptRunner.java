package dev.rapid.queue;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.queue.destination.InvocationResult;
import dev.rapid.queue.store.StoredEntry;
import org.jspecify.annotations.Nullable;

/** Runs the attempts of the entries of a lane. */
@FunctionalInterface
public interface AttemptRunner {

  /** Takes the end of one attempt, exactly once, on any thread. */
  @FunctionalInterface
  interface Ended {

    /**
     * The attempt has ended.
     *
     * @param result how
     * @param invocation what the function has answered; null for a delivery, and if it never ran
     */
    void ended(AttemptResult result, @Nullable InvocationResult invocation);
  }

  /** Begins an attempt. Must not block. */
  void run(StoredEntry entry, Ended ended);
}

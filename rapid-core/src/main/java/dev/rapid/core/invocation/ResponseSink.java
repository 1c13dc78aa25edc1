package dev.rapid.core.invocation;

import org.jspecify.annotations.Nullable;

/** The caller's end of an invocation, implemented by each front end. */
@FunctionalInterface
public interface ResponseSink {

  /**
   * Takes the outcome. Called exactly once for each invocation, on any thread; must not block.
   *
   * <p>The sink owns the payload inside the outcome and releases it when it has been written.
   */
  void complete(Outcome outcome);

  /**
   * The invocation is given to a worker now; from here on it may have been run. Called again if
   * that failed and another worker gets it; on any thread; must not block.
   */
  default void dispatched(Dispatch dispatch) {}

  /** Returns what takes the end of the invocation's log, null if the caller does not want it. */
  default @Nullable LogTail logTail() {
    return null;
  }
}

package dev.rapid.core.invocation;

/** The caller's end of an invocation, implemented by each front end. */
@FunctionalInterface
public interface ResponseSink {

  /**
   * Takes the outcome. Called exactly once for each invocation, on any thread; must not block.
   *
   * <p>The sink owns the payload inside the outcome and releases it when it has been written.
   */
  void complete(Outcome outcome);
}

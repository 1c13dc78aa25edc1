package dev.rapid.lambda.async;

import dev.rapid.core.invocation.Invocation;

/**
 * Takes the invocations of a function whose callers do not wait (contract invoke-api, section 4).
 */
@FunctionalInterface
public interface EventIntake {

  /**
   * Stores an invocation, to run it later. Does not block.
   *
   * @param event the invocation; its sink is not used, and its payload is released
   */
  void accept(Invocation event, EventAcceptance acceptance);
}

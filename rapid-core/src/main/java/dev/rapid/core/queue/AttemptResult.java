package dev.rapid.core.queue;

/** How an attempt has ended. */
public sealed interface AttemptResult {

  /** It succeeded. */
  record Succeeded() implements AttemptResult {}

  /**
   * It failed, and counts.
   *
   * @param reason one line for people
   */
  record Failed(String reason) implements AttemptResult {}

  /**
   * It did not run, for lack of room or because of a fault that is not the function's. It does not
   * count.
   *
   * @param reason one line for people
   */
  record NotRun(String reason) implements AttemptResult {}

  /**
   * No further attempt would help, for example because the target refuses the delivery for good.
   *
   * @param reason one line for people
   */
  record Hopeless(String reason) implements AttemptResult {}
}

package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.time.Deadline;

/**
 * Why an invocation, an init or a restore fails, while its failure waits for what the runtime may
 * have sent before.
 *
 * @param message one line without the request id
 * @param ofRuntime whether it was the runtime that failed, and not an extension
 * @param settleDeadline when the sandbox acts upon it at the latest
 * @param exitMayFollow whether the end of the process may be the reason, and is not known yet; that
 *     end takes the place of this failure
 */
public record Failure(
    ErrorType error,
    String message,
    boolean ofRuntime,
    Deadline settleDeadline,
    boolean exitMayFollow) {

  /** Creates a failure whose reason is known, and that counts without a wait. */
  Failure(ErrorType error, String message, boolean ofRuntime) {
    this(error, message, ofRuntime, Deadline.NEVER, false);
  }

  Failure settlingUntil(Deadline deadline) {
    return new Failure(error, message, ofRuntime, deadline, exitMayFollow);
  }

  /** Returns the failure that waits until {@code deadline} for the end of the process. */
  Failure awaitingExit(Deadline deadline) {
    return new Failure(error, message, ofRuntime, deadline, true);
  }
}

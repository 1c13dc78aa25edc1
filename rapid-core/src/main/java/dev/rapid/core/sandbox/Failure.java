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
 */
public record Failure(ErrorType error, String message, boolean ofRuntime, Deadline settleDeadline) {

  Failure settlingUntil(Deadline deadline) {
    return new Failure(error, message, ofRuntime, deadline);
  }
}

package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;

/**
 * The end of a process that the sandbox has not acted upon yet, because what the runtime sent
 * before may still be on the wire.
 *
 * @param message one line without the request id
 * @param ofRuntime whether it was the runtime that ended
 * @param believedNanos when it is acted upon at the latest, as a reading of the nano clock
 */
public record Failure(ErrorType error, String message, boolean ofRuntime, long believedNanos) {

  Failure believedAt(long nanos) {
    return new Failure(error, message, ofRuntime, nanos);
  }
}

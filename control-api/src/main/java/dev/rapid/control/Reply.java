package dev.rapid.control;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import org.jspecify.annotations.Nullable;

/**
 * An outcome as clients of the control API get it.
 *
 * @param contentType the runtime's, null if it declared none
 * @param errorType null if the function returned
 */
record Reply(Payload payload, @Nullable String contentType, @Nullable String errorType) {

  /**
   * Returns the reply of an invocation that reached the function.
   *
   * @throws IllegalArgumentException if it did not reach the function
   */
  static Reply of(Outcome outcome, String requestId) {
    return switch (outcome) {
      case Outcome.Returned(var payload, var contentType) -> new Reply(payload, contentType, null);
      case Outcome.Reported(var errorType, var reported, var payload, var contentType) ->
          new Reply(payload, contentType, errorType);
      case Outcome.Failed failed ->
          new Reply(
              ControlErrors.of(failed, requestId),
              ControlErrors.contentTypeOf(failed),
              failed.type());
      case Outcome.Streamed e -> throw new IllegalArgumentException(outcome.toString());
      case Outcome.RestoreFailed e -> throw new IllegalArgumentException(outcome.toString());
      case Outcome.Rejected e -> throw new IllegalArgumentException(outcome.toString());
    };
  }
}

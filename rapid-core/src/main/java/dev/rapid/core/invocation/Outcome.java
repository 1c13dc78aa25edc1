package dev.rapid.core.invocation;

import dev.rapid.core.error.ErrorType;
import org.jspecify.annotations.Nullable;

/** How an invocation ended for its caller. */
public sealed interface Outcome {

  /**
   * The function returned.
   *
   * @param payload the bytes that the runtime posted, unchanged; they need not be JSON
   * @param contentType what the runtime declared, null if nothing
   */
  record Returned(Payload payload, @Nullable String contentType) implements Outcome {}

  /**
   * The response was streamed to a {@link StreamingSink}, which has all bytes of it.
   *
   * @param errorType what the runtime sent as a trailer, not scrubbed; null if it sent none
   * @param errorBody what the runtime sent as a trailer, in Base64; null if it sent none
   */
  record Streamed(ResponseEnd end, @Nullable String errorType, @Nullable String errorBody)
      implements Outcome {}

  /**
   * The runtime reported an error, while handling the event or during init.
   *
   * @param errorType the scrubbed type (for telemetry; the payload may say something else)
   * @param reportedType what the runtime called it, null or empty if it gave no type
   * @param payload the bytes that the runtime posted, unchanged
   * @param contentType what the runtime declared, null if nothing
   */
  record Reported(
      String errorType,
      @Nullable String reportedType,
      Payload payload,
      @Nullable String contentType)
      implements Outcome {}

  /**
   * Rapid ended the invocation because the function's side failed.
   *
   * @param error what happened
   * @param type what the platform of the function calls it
   * @param message one line without the request id, for example {@code Task timed out after 1.00
   *     seconds}
   */
  record Failed(ErrorType error, String type, String message) implements Outcome {

    /** Creates a failure with the usual name of its error. */
    public Failed(ErrorType error, String message) {
      this(error, error.wireName(), message);
    }
  }

  /**
   * The sandbox could not be restored, so that the invocation never reached the function.
   *
   * @param timedOut whether the runtime's hook took too long; else it failed
   * @param message one line for people
   */
  record RestoreFailed(boolean timedOut, String message) implements Outcome {}

  /**
   * The invocation was never run.
   *
   * @param rejection why
   */
  record Rejected(Rejection rejection) implements Outcome {}

  /** Why an invocation was not run. */
  enum Rejection {
    /** Rapid is shutting down. */
    SHUTTING_DOWN,
    /** The function runs as many invocations as it may, and no more may wait. */
    FUNCTION_BUSY,
    /** All functions together run as many invocations as they may, and no more may wait. */
    PROGRAM_BUSY,
    /** The caller went away before it began, or cancelled it. */
    CALLER_GONE
  }
}

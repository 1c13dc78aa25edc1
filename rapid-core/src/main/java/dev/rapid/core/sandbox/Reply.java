package dev.rapid.core.sandbox;

import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import org.jspecify.annotations.Nullable;

/** What arrived as the body of a {@link ReplyCall}. */
public sealed interface Reply {

  /** The function's result. */
  record Response(Payload payload, @Nullable String contentType) implements Reply {}

  /**
   * A body that was passed on while it came.
   *
   * @param bytes how many were passed on
   * @param errorType the runtime's trailer, null if it sent none
   * @param errorBody the runtime's trailer, null if it sent none
   */
  record Streamed(
      ResponseEnd end, long bytes, @Nullable String errorType, @Nullable String errorBody)
      implements Reply {}

  /**
   * The function's error.
   *
   * @param errorType the scrubbed type
   * @param errorCause the cause for X-Ray, valid JSON; null if there is none
   */
  record ReportedError(
      String errorType, Payload payload, @Nullable String contentType, @Nullable String errorCause)
      implements Reply {}

  /** The body is over {@link dev.rapid.core.invocation.Limits#MAX_RESPONSE_BYTES}. */
  record TooLarge() implements Reply {}

  /** Rapid has no memory for the body. */
  record NoMemory() implements Reply {}

  /** The connection ended before the body did. */
  record Truncated() implements Reply {}

  /** The response mode is neither absent nor {@code streaming}. */
  record InvalidMode() implements Reply {}
}

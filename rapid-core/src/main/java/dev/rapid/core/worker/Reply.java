package dev.rapid.core.worker;

import dev.rapid.core.error.ErrorTypeScrubber;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import org.jspecify.annotations.Nullable;

/** What arrived as the body of a {@link WorkerReply}. */
public sealed interface Reply {

  /** The function's result. */
  record Response(Payload payload, @Nullable String contentType) implements Reply {}

  /**
   * A body that was passed on while it came.
   *
   * @param bytes how many were passed on
   * @param errorType the worker's trailer, null if it sent none
   * @param errorBody the worker's trailer, null if it sent none
   */
  record Streamed(
      ResponseEnd end, long bytes, @Nullable String errorType, @Nullable String errorBody)
      implements Reply {}

  /**
   * The function's error.
   *
   * @param errorType the scrubbed type
   * @param reportedType what the worker called it, null if it gave no type
   * @param details what the worker adds for telemetry, which only telemetry reads; null if nothing
   */
  record ReportedError(
      String errorType,
      @Nullable String reportedType,
      Payload payload,
      @Nullable String contentType,
      @Nullable String details)
      implements Reply {

    /** Creates an error with the type that the worker gave it. */
    public ReportedError(
        @Nullable String reportedType,
        Payload payload,
        @Nullable String contentType,
        @Nullable String details) {
      this(ErrorTypeScrubber.scrub(reportedType), reportedType, payload, contentType, details);
    }

    /** Returns what the caller gets. */
    public Outcome.Reported outcome() {
      return new Outcome.Reported(errorType, reportedType, payload, contentType);
    }
  }

  /**
   * The body is over the limit of the worker's protocol.
   *
   * @param bytes how long it was
   */
  record TooLarge(long bytes) implements Reply {}

  /** The worker ended the invocation by itself, because it took too long; it goes on. */
  record TimedOut() implements Reply {}

  /** Rapid has no memory for the body. */
  record NoMemory() implements Reply {}

  /**
   * The body broke off, or what came was no part of it.
   *
   * @param connectionEnded whether the connection has ended too, as it does when the worker ends
   */
  record Truncated(boolean connectionEnded) implements Reply {}

  /**
   * The reply does not follow its protocol.
   *
   * @param errorType what the caller gets as the type of the error
   * @param contentType what the worker declared, null if nothing
   */
  record Malformed(String errorType, @Nullable String contentType) implements Reply {}
}

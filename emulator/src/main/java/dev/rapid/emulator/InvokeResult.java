package dev.rapid.emulator;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.lambda.FailurePayload;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How an invocation ended. */
public final class InvokeResult {

  private final Status status;
  private final String requestId;
  private final byte[] payload;
  private final @Nullable String errorType;
  private final @Nullable String errorMessage;
  private final @Nullable String logTail;

  /** The kinds of results. */
  public enum Status {
    /** The function returned; the payload is its response. */
    RETURNED,
    /** The function reported an error; the payload is the error's. */
    FUNCTION_ERROR,
    /**
     * The function's process failed, for example because it timed out or exited; the payload is the
     * same as for callers of the Invoke API.
     */
    FAILED,
    /** The function was not run: too many invocations wait, or Rapid is closing. */
    REJECTED
  }

  private InvokeResult(
      Status status,
      String requestId,
      byte[] payload,
      @Nullable String errorType,
      @Nullable String errorMessage,
      @Nullable String logTail) {
    this.status = status;
    this.requestId = requestId;
    this.payload = payload;
    this.errorType = errorType;
    this.errorMessage = errorMessage;
    this.logTail = logTail;
  }

  /**
   * Returns the result of an outcome and releases the outcome's payload.
   *
   * @param logTail the end of the log, null if it was not asked for
   */
  static InvokeResult of(Outcome outcome, String requestId, @Nullable String logTail) {
    return switch (outcome) {
      case Outcome.Returned(Payload payload, var contentType) ->
          new InvokeResult(Status.RETURNED, requestId, bytesOf(payload), null, null, logTail);
      case Outcome.Reported(String type, var reported, Payload payload, var contentType) ->
          new InvokeResult(Status.FUNCTION_ERROR, requestId, bytesOf(payload), type, null, logTail);
      case Outcome.Failed failed ->
          new InvokeResult(
              Status.FAILED,
              requestId,
              bytesOf(FailurePayload.of(failed, requestId)),
              failed.type(),
              failed.message(),
              logTail);
      case Outcome.RestoreFailed(boolean timedOut, String message) ->
          new InvokeResult(
              Status.FAILED,
              requestId,
              new byte[0],
              timedOut ? "SnapStartTimeoutException" : "SnapStartException",
              message,
              logTail);
      case Outcome.Rejected(var rejection) ->
          new InvokeResult(
              Status.REJECTED,
              requestId,
              new byte[0],
              rejection.name(),
              switch (rejection) {
                case SHUTTING_DOWN -> "Rapid is shutting down";
                case FUNCTION_BUSY -> "The function runs as many invocations as it may";
                case PROGRAM_BUSY -> "All functions together run as many invocations as they may";
                case CALLER_GONE -> "The caller went away before it began";
              },
              null);
      case Outcome.Streamed e ->
          throw new IllegalStateException("A buffered invocation has no stream");
    };
  }

  private static byte[] bytesOf(Payload payload) {
    byte[] bytes = payload.toByteArray();
    payload.release();
    return bytes;
  }

  /** Returns how the invocation ended. */
  public Status status() {
    return status;
  }

  /** Returns the request id. */
  public String requestId() {
    return requestId;
  }

  /** Returns a copy of the payload, empty if there is none. */
  public byte[] payload() {
    return payload.clone();
  }

  /** Returns the payload as text, which is UTF-8. */
  public String payloadAsString() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** Returns the type of the error, for example {@code Sandbox.Timedout}; null if it returned. */
  public @Nullable String errorType() {
    return errorType;
  }

  /** Returns a message for people; null unless it failed or was rejected. */
  public @Nullable String errorMessage() {
    return errorMessage;
  }

  /**
   * Returns the last 4 KiB of the invocation's log; null if it was not asked for or the function
   * was not run.
   */
  public @Nullable String logTail() {
    return logTail;
  }

  @Override
  public String toString() {
    return status
        + " ("
        + payload.length
        + " bytes)"
        + (errorType == null ? "" : " " + errorType)
        + (errorMessage == null ? "" : ": " + errorMessage);
  }
}

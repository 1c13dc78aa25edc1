package dev.rapid.fnrunner.server;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.fnrunner.CallModel;
import org.jspecify.annotations.Nullable;

/**
 * Why a call did not succeed (contract fn-runner, sections 1.8 and 4.4).
 *
 * @param code a status of HTTP from 400 to 599
 * @param user whether the function or its caller is to blame, not the runner
 * @param message for the caller
 */
record CallFailure(int code, boolean user, String message) {

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONTENT_TOO_LARGE = 413;
  private static final int INTERNAL_ERROR = 500;
  private static final int NOT_IMPLEMENTED = 501;
  private static final int BAD_GATEWAY = 502;
  private static final int UNAVAILABLE = 503;
  private static final int GATEWAY_TIMEOUT = 504;

  static CallFailure invalid(String message) {
    return new CallFailure(BAD_REQUEST, false, message);
  }

  static CallFailure withoutTimeout() {
    return new CallFailure(BAD_REQUEST, true, "The call has no time: its timeout is not above 0");
  }

  static CallFailure unknownFunction(CallModel call) {
    return new CallFailure(
        NOT_FOUND,
        true,
        "No function here takes the call: fn_id \""
            + call.fnId()
            + "\", image \""
            + call.image()
            + "\", app_name \""
            + call.appName()
            + "\"");
  }

  static CallFailure tooLarge(long limit) {
    return new CallFailure(
        CONTENT_TOO_LARGE, true, "The body of the call is longer than " + limit + " bytes");
  }

  static CallFailure detachedOff() {
    return new CallFailure(NOT_IMPLEMENTED, false, "This runner takes no detached calls");
  }

  /** The load balancer takes another runner. Never after the call was given to a worker. */
  static CallFailure unavailable(String message) {
    return new CallFailure(UNAVAILABLE, false, message);
  }

  static CallFailure ours() {
    return new CallFailure(INTERNAL_ERROR, false, "The runner failed");
  }

  static CallFailure timedOut(String message) {
    return new CallFailure(GATEWAY_TIMEOUT, true, message);
  }

  static CallFailure ofFunction(String message) {
    return new CallFailure(BAD_GATEWAY, true, message);
  }

  /** Returns whether the load balancer is to take another runner. */
  boolean isRefusal() {
    return code == UNAVAILABLE;
  }

  /**
   * Returns the failure that an outcome is; null if the call succeeded.
   *
   * @param dispatched whether a worker may have seen the call
   */
  static @Nullable CallFailure of(Outcome outcome, boolean dispatched) {
    return switch (outcome) {
      case Outcome.Returned(var payload, var contentType) -> null;
      case Outcome.Streamed(ResponseEnd end, var errorType, var errorBody) ->
          switch (end) {
            case COMPLETE ->
                errorType == null ? null : ofFunction("The function failed: " + errorType);
            case TRUNCATED -> ofFunction("The function's answer was cut");
            case OVERSIZED -> ofFunction("The function's answer is too long");
          };
      case Outcome.Reported(var errorType, var reportedType, var payload, var contentType) ->
          errorType.equals(ErrorType.SANDBOX_TIMEDOUT.wireName())
              ? timedOut("The function timed out")
              : ofFunction("The function failed: " + errorType);
      case Outcome.Failed(ErrorType error, var type, String message) ->
          switch (error) {
            case SANDBOX_TIMEDOUT -> timedOut(message);
            case SANDBOX_FAILURE -> new CallFailure(INTERNAL_ERROR, false, message);
            default -> ofFunction(message);
          };
      case Outcome.RestoreFailed(boolean late, String message) ->
          late ? timedOut(message) : ofFunction(message);
      case Outcome.Rejected(Outcome.Rejection rejection) ->
          dispatched
              ? new CallFailure(INTERNAL_ERROR, false, "The runner ended the call")
              : unavailable(
                  switch (rejection) {
                    case SHUTTING_DOWN -> "The runner is shutting down";
                    case FUNCTION_BUSY, PROGRAM_BUSY -> "The runner has no room for the call";
                    case CALLER_GONE -> "The call was cancelled";
                  });
    };
  }
}

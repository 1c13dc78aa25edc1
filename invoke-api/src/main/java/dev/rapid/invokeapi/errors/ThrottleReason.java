package dev.rapid.invokeapi.errors;

/** Why a request is throttled (contract invoke-api, section 2.4). */
public enum ThrottleReason {
  /** All functions together run as many invocations as they may, or there is no memory left. */
  CONCURRENCY("ConcurrentInvocationLimitExceeded"),

  /** The function runs as many invocations as it may. */
  FUNCTION_CONCURRENCY("ReservedFunctionConcurrentInvocationLimitExceeded"),

  /** There are more requests in a second than the function takes. */
  REQUEST_RATE("CallerRateLimitExceeded");

  private final String code;

  ThrottleReason(String code) {
    this.code = code;
  }

  /** Returns the value of the body's member {@code Reason}. */
  String code() {
    return code;
  }
}

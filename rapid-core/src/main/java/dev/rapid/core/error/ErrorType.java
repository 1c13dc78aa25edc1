package dev.rapid.core.error;

/**
 * The error types that Rapid itself gives to an invocation, an init or a reset.
 *
 * <p>Names are the wire names of the cloud (contract runtime-extensions-telemetry, section 6.2;
 * contract invoke-api, section 1.9). Types reported by a runtime are free text and do not appear
 * here.
 */
public enum ErrorType {
  /** The runtime's process ended outside a shutdown. */
  RUNTIME_EXIT_ERROR("Runtime.ExitError"),
  /** There is no bootstrap, or it cannot be executed. */
  RUNTIME_INVALID_ENTRYPOINT("Runtime.InvalidEntrypoint"),
  /** The working directory cannot be used. */
  RUNTIME_INVALID_WORKING_DIR("Runtime.InvalidWorkingDir"),
  /** The runtime's connection broke in the middle of a response body. */
  RUNTIME_TRUNCATED_RESPONSE("Runtime.TruncatedResponse"),
  /** The runtime sent an unknown response mode. */
  RUNTIME_INVALID_RESPONSE_MODE_HEADER("Runtime.InvalidResponseModeHeader"),
  /** The hook that the runtime runs after a restore took too long. */
  RUNTIME_RESTORE_HOOK_USER_TIMEOUT("Runtime.RestoreHookUserTimeout"),
  /** The runtime reported an error without a usable type. */
  RUNTIME_UNKNOWN("Runtime.Unknown"),
  /** The runtime reported an error of the function without a usable type. */
  FUNCTION_UNKNOWN("Function.Unknown"),
  /** The response is larger than a buffered invocation may return. */
  FUNCTION_RESPONSE_SIZE_TOO_LARGE("Function.ResponseSizeTooLarge"),
  /** An external extension could not be started, or there are too many. */
  EXTENSION_LAUNCH_ERROR("Extension.LaunchError"),
  /** An extension reported that its init failed. */
  EXTENSION_INIT_ERROR("Extension.InitError"),
  /** An extension reported that it is about to end. */
  EXTENSION_EXIT_ERROR("Extension.ExitError"),
  /** The process of an extension ended outside a shutdown. */
  EXTENSION_CRASH("Extension.Crash"),
  /** The function did not answer within its timeout. */
  SANDBOX_TIMEDOUT("Sandbox.Timedout"),
  /** The sandbox failed and nothing more precise is known. */
  SANDBOX_FAILURE("Sandbox.Failure");

  private final String wireName;

  ErrorType(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the name that callers and telemetry see, for example {@code Runtime.ExitError}. */
  public String wireName() {
    return wireName;
  }
}

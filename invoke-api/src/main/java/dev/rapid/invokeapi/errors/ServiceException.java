package dev.rapid.invokeapi.errors;

import org.jspecify.annotations.Nullable;

/**
 * The refusal of a request; {@link ServiceErrors} turns it into an answer. It has no stack trace,
 * because it describes the request and not the program.
 */
@SuppressWarnings("serial") // It never leaves the process.
public final class ServiceException extends RuntimeException {

  private final ServiceError error;
  private final @Nullable ThrottleReason reason;

  /** Creates the refusal of a request. */
  public ServiceException(ServiceError error, String message) {
    this(error, message, null);
  }

  private ServiceException(ServiceError error, String message, @Nullable ThrottleReason reason) {
    super(message, null, false, false);
    this.error = error;
    this.reason = reason;
  }

  /** Returns the refusal of a request that may be sent again later. */
  public static ServiceException throttled(ThrottleReason reason) {
    return new ServiceException(ServiceError.TOO_MANY_REQUESTS, "Rate Exceeded.", reason);
  }

  ServiceError error() {
    return error;
  }

  /** Returns why the request is throttled, null if it is refused for another reason. */
  @Nullable ThrottleReason reason() {
    return reason;
  }

  String text() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}

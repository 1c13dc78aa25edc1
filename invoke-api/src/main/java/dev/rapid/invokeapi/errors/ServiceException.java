package dev.rapid.invokeapi.errors;

/**
 * The refusal of a request; {@link ServiceErrors} turns it into an answer. It has no stack trace,
 * because it describes the request and not the program.
 */
@SuppressWarnings("serial") // It never leaves the process.
public final class ServiceException extends RuntimeException {

  private final ServiceError error;

  /** Creates the refusal of a request. */
  public ServiceException(ServiceError error, String message) {
    super(message, null, false, false);
    this.error = error;
  }

  ServiceError error() {
    return error;
  }

  String text() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}

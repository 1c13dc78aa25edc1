package dev.rapid.invokeapi.errors;

import io.undertow.util.StatusCodes;

/** The exceptions of the Lambda service that can occur here (contract invoke-api, section 2.2). */
public enum ServiceError {
  RESOURCE_NOT_FOUND("ResourceNotFoundException", StatusCodes.NOT_FOUND, Shape.UPPER),
  INVALID_PARAMETER_VALUE("InvalidParameterValueException", StatusCodes.BAD_REQUEST, Shape.LOWER),
  INVALID_REQUEST_CONTENT("InvalidRequestContentException", StatusCodes.BAD_REQUEST, Shape.LOWER),
  VALIDATION("ValidationException", StatusCodes.BAD_REQUEST, Shape.MESSAGE_ONLY),
  REQUEST_ENTITY_TOO_LARGE(
      "RequestEntityTooLargeException", StatusCodes.REQUEST_ENTITY_TOO_LARGE, Shape.LOWER),
  TOO_MANY_REQUESTS("TooManyRequestsException", StatusCodes.TOO_MANY_REQUESTS, Shape.LOWER),
  ACCESS_DENIED("AccessDeniedException", StatusCodes.FORBIDDEN, Shape.UPPER_MESSAGE_ONLY),
  RESOURCE_CONFLICT("ResourceConflictException", StatusCodes.CONFLICT, Shape.LOWER),
  NO_PUBLISHED_VERSION("NoPublishedVersionException", StatusCodes.BAD_REQUEST, Shape.UPPER),
  PROVISIONED_CONCURRENCY_CONFIG_NOT_FOUND(
      "ProvisionedConcurrencyConfigNotFoundException", StatusCodes.NOT_FOUND, Shape.LOWER),
  SERVICE("ServiceException", StatusCodes.INTERNAL_SERVER_ERROR, Shape.UPPER),
  SNAP_START("SnapStartException", StatusCodes.BAD_REQUEST, Shape.UPPER),
  SNAP_START_TIMEOUT("SnapStartTimeoutException", StatusCodes.REQUEST_TIME_OUT, Shape.UPPER),
  NOT_IMPLEMENTED("NotImplementedException", StatusCodes.NOT_IMPLEMENTED, Shape.UPPER),
  UNKNOWN_OPERATION("UnknownOperationException", StatusCodes.NOT_FOUND, Shape.MESSAGE_ONLY),
  METHOD_NOT_ALLOWED(
      "MethodNotAllowedException", StatusCodes.METHOD_NOT_ALLOWED, Shape.MESSAGE_ONLY);

  /** The spelling of the body's members; for typed clients, case matters. */
  enum Shape {
    /** {@code Message} and {@code Type}. */
    UPPER,
    /** {@code Type} and {@code message}. */
    LOWER,
    /** {@code message} alone. */
    MESSAGE_ONLY,
    /** {@code Message} alone. */
    UPPER_MESSAGE_ONLY
  }

  private final String code;
  private final int status;
  private final Shape shape;

  ServiceError(String code, int status, Shape shape) {
    this.code = code;
    this.status = status;
    this.shape = shape;
  }

  /** Returns the name of the exception in SDKs. */
  public String code() {
    return code;
  }

  int status() {
    return status;
  }

  Shape shape() {
    return shape;
  }

  /** Who caused the error: the sender or the service. */
  String type() {
    return status >= StatusCodes.INTERNAL_SERVER_ERROR ? "Service" : "User";
  }
}

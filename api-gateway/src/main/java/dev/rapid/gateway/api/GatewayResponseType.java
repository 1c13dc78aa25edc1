package dev.rapid.gateway.api;

import org.jspecify.annotations.Nullable;

/** The answers that a REST API makes itself (contract http-front-door, section 6.2). */
public enum GatewayResponseType {
  /** The authorizer denies. */
  ACCESS_DENIED(403),
  /** The API is misconfigured. */
  API_CONFIGURATION_ERROR(500),
  /** The authorizer's answer is malformed, or it failed. */
  AUTHORIZER_CONFIGURATION_ERROR(500),
  /** The authorizer could not be reached. */
  AUTHORIZER_FAILURE(500),
  /** The body is invalid. */
  BAD_REQUEST_BODY(400),
  /** Required parameters are missing. */
  BAD_REQUEST_PARAMETERS(400),
  /** The token has expired. */
  EXPIRED_TOKEN(403),
  /** The function could not be invoked, or its result is malformed. */
  INTEGRATION_FAILURE(504),
  /** The function took too long. */
  INTEGRATION_TIMEOUT(504),
  /** The API key is missing or wrong. */
  INVALID_API_KEY(403),
  /** The signature is wrong. */
  INVALID_SIGNATURE(403),
  /** There is no such route, or no signature. */
  MISSING_AUTHENTICATION_TOKEN(403),
  /** The quota of the usage plan is used up. */
  QUOTA_EXCEEDED(429),
  /** The request is too large. */
  REQUEST_TOO_LARGE(413),
  /** There is no such resource. */
  RESOURCE_NOT_FOUND(404),
  /** There are too many requests. */
  THROTTLED(429),
  /** The caller's identity is missing or refused. */
  UNAUTHORIZED(401),
  /** No integration takes the content type. */
  UNSUPPORTED_MEDIA_TYPE(415),
  /** A firewall refuses the request. */
  WAF_FILTERED(403),
  /** All answers with a status of 4xx that are not configured themselves. */
  DEFAULT_4XX(null),
  /** All answers with a status of 5xx that are not configured themselves. */
  DEFAULT_5XX(null);

  private final @Nullable Integer status;

  GatewayResponseType(@Nullable Integer status) {
    this.status = status;
  }

  /** Returns the status unless it is configured; null for the two groups. */
  public @Nullable Integer status() {
    return status;
  }
}

package dev.rapid.gateway.answer;

import dev.rapid.gateway.api.GatewayResponseType;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway answers itself (contract http-front-door, section 6.1). REST APIs and HTTP APIs
 * differ in status, spelling and spaces.
 *
 * @param type what a REST API can configure, null for the answers of its group
 * @param restStatus the status of a REST API
 * @param restMessage the message as a JSON value
 * @param restSpace whether a space is behind the colon
 * @param errorType {@code x-amzn-ErrorType} of a REST API
 * @param httpStatus the status of an HTTP API
 * @param httpMessage the message of an HTTP API
 */
public record GatewayError(
    @Nullable GatewayResponseType type,
    int restStatus,
    String restMessage,
    boolean restSpace,
    String errorType,
    int httpStatus,
    String httpMessage) {

  private static final String INTERNAL = "InternalServerErrorException";
  private static final String FORBIDDEN = "Forbidden";
  private static final String INTERNAL_OF_REST = "\"Internal server error\"";
  private static final String INTERNAL_OF_HTTP = "Internal Server Error";

  /** No route takes the request. */
  public static final GatewayError NO_ROUTE =
      new GatewayError(
          GatewayResponseType.MISSING_AUTHENTICATION_TOKEN,
          403,
          "\"Missing Authentication Token\"",
          false,
          "MissingAuthenticationTokenException",
          404,
          "Not Found");

  /** There is no such stage. */
  public static final GatewayError NO_STAGE =
      new GatewayError(null, 403, "\"Forbidden\"", false, "ForbiddenException", 404, "Not Found");

  /** The function failed. */
  public static final GatewayError FUNCTION_FAILED =
      new GatewayError(null, 502, INTERNAL_OF_REST, true, INTERNAL, 500, INTERNAL_OF_HTTP);

  /** The function's result is no response. */
  public static final GatewayError MALFORMED_RESULT = FUNCTION_FAILED;

  /** The body of a result is not Base64. */
  public static final GatewayError BAD_BASE64 =
      new GatewayError(null, 500, INTERNAL_OF_REST, true, INTERNAL, 500, INTERNAL_OF_HTTP);

  /** The function took longer than the integration may. */
  public static final GatewayError TIMEOUT =
      new GatewayError(
          GatewayResponseType.INTEGRATION_TIMEOUT,
          504,
          "\"Endpoint request timed out\"",
          true,
          INTERNAL,
          503,
          "Service Unavailable");

  /** The function is throttled. */
  public static final GatewayError THROTTLED =
      new GatewayError(
          GatewayResponseType.INTEGRATION_FAILURE,
          500,
          INTERNAL_OF_REST,
          true,
          INTERNAL,
          503,
          "Service Unavailable");

  /** There is no such function. */
  public static final GatewayError NO_FUNCTION =
      new GatewayError(
          GatewayResponseType.INTEGRATION_FAILURE,
          500,
          INTERNAL_OF_REST,
          true,
          INTERNAL,
          500,
          INTERNAL_OF_HTTP);

  /** The event is larger than Lambda takes. */
  public static final GatewayError EVENT_TOO_LARGE =
      new GatewayError(
          GatewayResponseType.REQUEST_TOO_LARGE,
          413,
          "\"Request Too Long\"",
          false,
          "RequestTooLargeException",
          413,
          "Request Entity Too Large");

  /** There is no memory for the request now. */
  public static final GatewayError TOO_MANY_REQUESTS =
      new GatewayError(
          GatewayResponseType.THROTTLED,
          429,
          "\"Too Many Requests\"",
          false,
          "TooManyRequestsException",
          429,
          "Too Many Requests");

  /** The API key is missing or wrong. */
  public static final GatewayError NO_API_KEY =
      new GatewayError(
          GatewayResponseType.INVALID_API_KEY,
          403,
          "\"Forbidden\"",
          false,
          "ForbiddenException",
          403,
          FORBIDDEN);

  /** The request has no identity, or a wrong one. */
  public static final GatewayError UNAUTHORIZED =
      new GatewayError(
          GatewayResponseType.UNAUTHORIZED,
          401,
          "\"Unauthorized\"",
          false,
          "UnauthorizedException",
          401,
          "Unauthorized");

  /** The request is not signed. */
  public static final GatewayError UNSIGNED =
      new GatewayError(
          GatewayResponseType.MISSING_AUTHENTICATION_TOKEN,
          403,
          "\"Missing Authentication Token\"",
          false,
          "MissingAuthenticationTokenException",
          403,
          FORBIDDEN);

  /** A token lacks a scope. */
  public static final GatewayError NO_SCOPE = denied("\"Forbidden\"");

  /** A policy of the authorizer denies. */
  public static final GatewayError EXPLICIT_DENY =
      denied(
          "\"User is not authorized to access this resource with an explicit deny in an"
              + " identity-based policy\"");

  /** No policy of the authorizer allows. */
  public static final GatewayError IMPLICIT_DENY =
      denied(
          "\"User is not authorized to access this resource because no identity-based policy"
              + " allows the execute-api:Invoke action\"");

  /** The authorizer failed, or its answer is malformed. */
  public static final GatewayError AUTHORIZER_FAILED =
      new GatewayError(
          GatewayResponseType.AUTHORIZER_CONFIGURATION_ERROR,
          500,
          "null",
          false,
          "AuthorizerConfigurationException",
          500,
          INTERNAL_OF_HTTP);

  /** The framing of the body is malformed, or the body breaks off. */
  public static final GatewayError BROKEN_BODY =
      new GatewayError(
          GatewayResponseType.BAD_REQUEST_BODY,
          400,
          "\"Bad Request\"",
          false,
          "BadRequestException",
          400,
          "Bad Request");

  /** The ARN of a request with an authorizer is too long. */
  public static final GatewayError URI_TOO_LONG =
      new GatewayError(
          null,
          414,
          "\"Request URI too long\"",
          false,
          "RequestURITooLongException",
          414,
          "Request URI too long");

  /** The headers are larger than an API takes. */
  public static final GatewayError HEADERS_TOO_LARGE =
      new GatewayError(
          GatewayResponseType.REQUEST_TOO_LARGE,
          431,
          "\"Request Header Fields Too Large\"",
          false,
          "RequestHeaderFieldsTooLargeException",
          431,
          "Request Header Fields Too Large");

  private static GatewayError denied(String message) {
    return new GatewayError(
        GatewayResponseType.ACCESS_DENIED,
        403,
        message,
        false,
        "AccessDeniedException",
        403,
        FORBIDDEN);
  }

  /** Required parameters are missing; REST APIs only. */
  public static GatewayError missingParameters(String names) {
    return new GatewayError(
        GatewayResponseType.BAD_REQUEST_PARAMETERS,
        400,
        "\"Missing required request parameters: [" + names + "]\"",
        true,
        "BadRequestException",
        400,
        "Bad Request");
  }

  /** No route takes a request with an {@code Authorization} that is no signature. */
  public static GatewayError noSignature(String hash) {
    return new GatewayError(
        GatewayResponseType.INVALID_SIGNATURE,
        403,
        "\"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with"
            + " SHA-256 and encoded with Base64): '"
            + hash
            + "'.\"",
        false,
        "IncompleteSignatureException",
        404,
        "Not Found");
  }
}

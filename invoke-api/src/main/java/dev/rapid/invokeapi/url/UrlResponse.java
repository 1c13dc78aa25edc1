package dev.rapid.invokeapi.url;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceErrors;
import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.Limits;
import io.undertow.util.StatusCodes;
import java.util.List;

/**
 * A complete answer of a function URL.
 *
 * @param head status and headers
 * @param body released once it is written
 */
public record UrlResponse(UrlHead head, Payload body) {

  private static final String ACCESS_DENIED = "AccessDeniedException";

  /** No function has this URL. */
  static UrlResponse unknownUrl() {
    return error(StatusCodes.FORBIDDEN, ACCESS_DENIED, "{\"Message\":null}");
  }

  /** The URL requires signed requests, and this one is not signed. */
  static UrlResponse unsigned() {
    return error(
        StatusCodes.FORBIDDEN,
        ACCESS_DENIED,
        "{\"Message\":\"Forbidden. For troubleshooting Function URL authorization issues, see:"
            + " https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html\"}");
  }

  /** The payload would be over the limit. */
  static UrlResponse tooLarge() {
    return error(
        StatusCodes.REQUEST_ENTITY_TOO_LARGE,
        ServiceError.REQUEST_ENTITY_TOO_LARGE.code(),
        "{\"Message\":\"Request must be smaller than "
            + Limits.MAX_REQUEST_BYTES
            + " bytes for the InvokeFunction operation\"}");
  }

  /** The body breaks off, or its framing is malformed. */
  static UrlResponse brokenBody() {
    return badRequest(StatusCodes.BAD_REQUEST, ServiceErrors.BROKEN_BODY);
  }

  /** The head of the request is malformed. */
  public static UrlResponse badRequest(int status, String message) {
    return error(
        status,
        ServiceError.INVALID_REQUEST_CONTENT.code(),
        new JsonObject(JsonEscapes.REQUIRED).put("Message", message).toString());
  }

  /** The function failed, or its result is not an HTTP response. */
  static UrlResponse functionFailed() {
    return new UrlResponse(
        UrlHead.json(StatusCodes.BAD_GATEWAY), Payload.of("Internal Server Error"));
  }

  private static UrlResponse error(int status, String type, String body) {
    return new UrlResponse(
        UrlHead.json(status).with(List.of(new HeaderLine("x-amzn-ErrorType", type))),
        Payload.of(body));
  }
}

package dev.rapid.http.request;

import io.undertow.util.StatusCodes;

/**
 * The reason why the head of a request is refused. The connection is closed after the answer.
 *
 * @param status the HTTP status of the answer
 * @param message what is wrong, one line for people
 */
public record RequestFault(int status, String message) {

  static RequestFault malformed(String message) {
    return new RequestFault(StatusCodes.BAD_REQUEST, message);
  }

  static RequestFault tooLarge(int maxBytes) {
    return new RequestFault(
        StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "The request line and headers must be smaller than " + maxBytes + " bytes");
  }
}

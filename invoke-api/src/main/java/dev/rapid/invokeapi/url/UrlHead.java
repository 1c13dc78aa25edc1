package dev.rapid.invokeapi.url;

import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.HeaderLine;
import io.undertow.util.StatusCodes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Status and headers of an answer of a function URL; the server adds its own.
 *
 * @param status 200 to 599
 * @param headers the content type first, if there is one; a name may come more than once
 */
record UrlHead(int status, List<HeaderLine> headers) {

  static final String BINARY = "application/octet-stream";

  UrlHead {
    headers = List.copyOf(headers);
  }

  static UrlHead of(int status, String contentType) {
    return new UrlHead(status, List.of(new HeaderLine("content-type", contentType)));
  }

  static UrlHead json(int status) {
    return of(status, Answers.JSON);
  }

  /**
   * Returns the head of a streamed response that has no prelude (contract invoke-api, section 5.4).
   *
   * @param contentType the runtime's, null if it declared none
   */
  static UrlHead ofStream(@Nullable String contentType) {
    return of(StatusCodes.OK, contentType == null || contentType.isBlank() ? BINARY : contentType);
  }

  /** Returns a head with {@code more} headers after these. */
  UrlHead with(List<HeaderLine> more) {
    List<HeaderLine> all = new ArrayList<>(headers);
    all.addAll(more);
    return new UrlHead(status, all);
  }

  /** Whether a body may follow; if not, the function's body is dropped. */
  boolean allowsBody() {
    return status != StatusCodes.NO_CONTENT && status != StatusCodes.NOT_MODIFIED;
  }
}

package dev.rapid.azure.http;

import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP response of a function. It travels as the head of the response of an
 * invocation, whose payload is the body.
 *
 * @param status what the function says, which may be no status of HTTP
 * @param headers a name may occur several times, as {@code Set-Cookie} does for each cookie
 */
public record UrlResponse(int status, List<PayloadHeaders.Header> headers) {

  private static final String STATUS = ":status";
  private static final String CONTENT_TYPE = "content-type";

  /** Copies the list. */
  public UrlResponse {
    headers = List.copyOf(headers);
  }

  /** Returns the head of the response of an invocation. */
  public ResponseHead toResponseHead() {
    List<PayloadHeaders.Header> others = new ArrayList<>();
    others.add(new PayloadHeaders.Header(STATUS, Integer.toString(status)));
    String contentType = null;
    for (PayloadHeaders.Header each : headers) {
      if (each.name().equalsIgnoreCase(CONTENT_TYPE)) {
        contentType = each.value();
      } else {
        others.add(each);
      }
    }
    return new ResponseHead(contentType, false, new PayloadHeaders(others));
  }

  /** Returns what a function answered, null if it answered no HTTP response. */
  static @Nullable UrlResponse of(ResponseHead head) {
    List<PayloadHeaders.Header> all = head.headers().all();
    if (all.isEmpty() || !all.getFirst().name().equals(STATUS)) {
      return null;
    }
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    String contentType = head.contentType();
    if (contentType != null) {
      headers.add(new PayloadHeaders.Header(CONTENT_TYPE, contentType));
    }
    headers.addAll(all.subList(1, all.size()));
    return new UrlResponse(Integer.parseInt(all.getFirst().value()), headers);
  }
}

package dev.rapid.azure.http;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.PayloadHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP request that reaches a function by its URL. It travels as headers beside the
 * payload, which is the body. Method and URL have names that no header of HTTP can have.
 *
 * @param method in upper case
 * @param url with scheme, host and query
 * @param headers in the order of the request; a name may occur several times
 */
public record UrlRequest(String method, String url, List<PayloadHeaders.Header> headers) {

  /** The longest body that a worker gets in one message; that of the host in the cloud. */
  public static final long MAX_MESSAGE_BODY_BYTES = 100L * 1024 * 1024;

  private static final String METHOD = ":method";
  private static final String URL = ":url";

  /** Copies the list. */
  public UrlRequest {
    headers = List.copyOf(headers);
  }

  /** Returns the request that an invocation comes from, null if it comes from no URL. */
  public static @Nullable UrlRequest of(Invocation invocation) {
    List<PayloadHeaders.Header> all = invocation.headers().all();
    if (all.size() < 2 || !all.get(0).name().equals(METHOD) || !all.get(1).name().equals(URL)) {
      return null;
    }
    return new UrlRequest(all.get(0).value(), all.get(1).value(), all.subList(2, all.size()));
  }

  /** Returns what travels beside the payload. */
  public PayloadHeaders toPayloadHeaders() {
    List<PayloadHeaders.Header> all = new ArrayList<>();
    all.add(new PayloadHeaders.Header(METHOD, method));
    all.add(new PayloadHeaders.Header(URL, url));
    all.addAll(headers);
    return new PayloadHeaders(all);
  }
}

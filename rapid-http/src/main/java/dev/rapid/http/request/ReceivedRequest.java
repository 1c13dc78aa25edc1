package dev.rapid.http.request;

import dev.rapid.core.invocation.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole request, as the server received it.
 *
 * @param method in upper case
 * @param rawPath the path or the part of it that matters, as sent; not empty
 * @param rawQuery the query after the question mark, as sent; empty if there is none
 * @param protocol for example {@code HTTP/1.1}
 * @param scheme {@code http} or {@code https}
 * @param port the port that the client connected to
 * @param sourceIp the address of the client
 * @param headers in the order of the request
 * @param body the whole body, empty if there is none
 */
public record ReceivedRequest(
    String method,
    String rawPath,
    String rawQuery,
    String protocol,
    String scheme,
    int port,
    String sourceIp,
    List<HeaderLine> headers,
    Payload body) {

  /** Returns the value of the first header of a name in any case, null if there is none. */
  public @Nullable String header(String name) {
    for (HeaderLine header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        return header.value();
      }
    }
    return null;
  }
}

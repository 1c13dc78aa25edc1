package dev.rapid.azure.server.forward;

import dev.rapid.azure.http.UrlRequest;
import dev.rapid.core.invocation.Payload;
import java.net.InetSocketAddress;

/**
 * A request for the HTTP server of a worker.
 *
 * @param body may still be arriving
 * @param isStreamed whether the caller takes the HTTP response as it comes
 */
public record ForwardedCall(
    InetSocketAddress server, ForwardedRequest request, Payload body, boolean isStreamed) {

  /**
   * Returns a request whose body is the payload of the invocation, which may still be arriving; its
   * caller takes the response as it comes.
   */
  public static ForwardedCall streamed(
      WorkerServer server, UrlRequest request, Payload body, String invocationId) {
    Long length = ForwardedRequest.bodyLength(request, body);
    return new ForwardedCall(
        server.address(),
        ForwardedRequest.of(request, server.basePath(), invocationId, length),
        body,
        true);
  }

  /** Returns a request whose caller takes the whole response. */
  public static ForwardedCall whole(
      WorkerServer server, UrlRequest request, Payload body, String invocationId) {
    return new ForwardedCall(
        server.address(),
        ForwardedRequest.of(request, server.basePath(), invocationId, body.size()),
        body,
        false);
  }
}

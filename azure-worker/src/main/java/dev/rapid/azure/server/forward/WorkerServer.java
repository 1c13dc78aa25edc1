package dev.rapid.azure.server.forward;

import dev.rapid.azure.trigger.WorkerFeatures;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server that a worker announces as {@code HttpUri} (contract azure-functions-worker,
 * section 11).
 *
 * @param address where it listens, or soon does
 * @param basePath what comes before the path of a request, without a slash at its end
 */
public record WorkerServer(InetSocketAddress address, String basePath) {

  private static final String HTTP_URI = "HttpUri";
  private static final int HTTP_PORT = 80;

  /**
   * Returns the server of a worker, null if it announces none.
   *
   * @throws InvalidHttpUriException if what it announces is not the URL of an HTTP server
   */
  public static @Nullable WorkerServer of(WorkerFeatures features) throws InvalidHttpUriException {
    String httpUri = features.all().get(HTTP_URI);
    return httpUri == null || httpUri.isEmpty() ? null : of(httpUri);
  }

  /**
   * Reads what a worker announces.
   *
   * @throws InvalidHttpUriException if it is not the URL of an HTTP server
   */
  static WorkerServer of(String httpUri) throws InvalidHttpUriException {
    try {
      URI uri = new URI(httpUri.trim());
      String host = uri.getHost();
      if (!"http".equalsIgnoreCase(uri.getScheme()) || host == null) {
        throw new InvalidHttpUriException(httpUri);
      }
      int port = uri.getPort() < 0 ? HTTP_PORT : uri.getPort();
      String path = uri.getRawPath();
      int length = path.endsWith("/") ? path.length() - 1 : path.length();
      return new WorkerServer(new InetSocketAddress(host, port), path.substring(0, length));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new InvalidHttpUriException(httpUri);
    }
  }
}

package dev.rapid.fnrunner;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a runner (contract fn-runner, section 4.1).
 *
 * @param listen where it takes calls; port 0 picks a free one
 * @param tls the files for TLS, null for plain HTTP/2
 * @param waitForCapacity how long a call may wait for room before it is refused with 503
 * @param detached whether detached calls are taken
 * @param statusFunction the image of the function that {@code Status} runs, null if there is none
 * @param requestBytes how long the body of a call may be
 * @param responseBytes how long the body of an answer may be
 */
public record FnRunnerSettings(
    InetSocketAddress listen,
    @Nullable Tls tls,
    Duration waitForCapacity,
    boolean detached,
    @Nullable String statusFunction,
    long requestBytes,
    long responseBytes) {

  /**
   * The files for TLS, in PEM.
   *
   * @param certificateChain the server's certificates
   * @param privateKey its key, PKCS#8
   * @param clientAuthorities whose clients are let in, null for all clients
   */
  public record Tls(Path certificateChain, Path privateKey, @Nullable Path clientAuthorities) {}
}

package dev.rapid.emulator.settings;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The front end for load balancers of the Fn Project (contract fn-runner, section 4.1).
 *
 * @param listen where it takes calls; port 0 picks a free one
 * @param tls the files for TLS, null for plain HTTP/2
 * @param waitForCapacity how long a call may wait for room before it is refused with 503
 * @param detached whether detached calls are taken
 * @param statusFunction the image of the function that {@code Status} runs, null if there is none
 * @param requestBytes how long the body of a call may be
 * @param responseBytes how long the body of an answer may be
 */
public record FnSettings(
    HostPort listen,
    @Nullable Tls tls,
    Duration waitForCapacity,
    boolean detached,
    @Nullable String statusFunction,
    long requestBytes,
    long responseBytes) {

  /** The address unless the settings say otherwise (contract fn-runner, section 1.1). */
  public static final HostPort DEFAULT_LISTEN = new HostPort("127.0.0.1", 9190);

  /** How long a body may be unless the settings say otherwise, in bytes. */
  public static final long DEFAULT_BODY_BYTES = 6 * 1024 * 1024;

  /** How these settings are at an address unless others are chosen. */
  public static FnSettings at(HostPort listen) {
    return new FnSettings(
        listen, null, Duration.ZERO, true, null, DEFAULT_BODY_BYTES, DEFAULT_BODY_BYTES);
  }

  /**
   * The files for TLS, in PEM.
   *
   * @param certificate the server's certificates, its own first
   * @param key its private key, PKCS#8
   * @param clientAuthorities whose clients are let in, null for all clients
   */
  public record Tls(Path certificate, Path key, @Nullable Path clientAuthorities) {}
}

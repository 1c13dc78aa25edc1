package dev.rapid.telemetry.delivery;

/**
 * The address at which a subscriber listens, always on this machine (contract
 * runtime-extensions-telemetry, section 4.2.1).
 */
public sealed interface Target {

  /**
   * An HTTP server.
   *
   * @param host the host and the port as the subscriber wrote them, for the header {@code Host}
   * @param port where it listens
   * @param path the path and the query, encoded
   * @param method {@code POST} or {@code PUT}
   */
  record Http(String host, int port, String path, String method) implements Target {}

  /**
   * A TCP server.
   *
   * @param port where it listens
   */
  record Tcp(int port) implements Target {}
}

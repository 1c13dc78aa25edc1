package dev.rapid.emulator.settings;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * An address in the form {@code HOST:PORT}.
 *
 * @param host a name or a literal address, without brackets
 * @param port 0 to 65535; 0 picks a free one
 */
public record HostPort(String host, int port) {

  private static final int MAX_PORT = 65_535;

  /**
   * Parses an address, {@code HOST:PORT} or {@code [IPV6]:PORT}.
   *
   * @throws IllegalArgumentException if it is not an address; the message says why
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("has no port; write HOST:PORT");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("has too many colons; write [IPV6]:PORT");
    }
    String port = text.substring(colon + 1);
    if (port.isEmpty() || port.length() > 5 || !isNumber(port)) {
      throw new IllegalArgumentException("has no port number after the last colon");
    }
    int number = Integer.parseInt(port);
    if (number > MAX_PORT) {
      throw new IllegalArgumentException("has a port above " + MAX_PORT);
    }
    return new HostPort(host, number);
  }

  public static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Returns the socket address; unresolved if the host is unknown. */
  public InetSocketAddress resolve() {
    return new InetSocketAddress(host, port);
  }

  /**
   * Returns the address at which a client on this machine reaches {@code bound}, which may be a
   * wildcard.
   */
  public static String reachable(InetSocketAddress bound) {
    InetAddress address = bound.getAddress();
    String host =
        address == null || address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
    return format(host, bound.getPort());
  }

  private static String format(String host, int port) {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }

  @Override
  public String toString() {
    return format(host, port);
  }
}

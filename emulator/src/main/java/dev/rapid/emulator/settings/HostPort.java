package dev.rapid.emulator.settings;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * An address as people write it.
 *
 * @param host a name or a literal address, without brackets
 * @param port 0 to 65535; 0 stands for any free one
 */
public record HostPort(String host, int port) {

  private static final int LARGEST_PORT = 65_535;

  /**
   * Returns the address that {@code text} means, {@code HOST:PORT} or {@code [IPV6]:PORT}.
   *
   * @throws IllegalArgumentException if it is none, with the reason
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
    if (number > LARGEST_PORT) {
      throw new IllegalArgumentException("has a port above " + LARGEST_PORT);
    }
    return new HostPort(host, number);
  }

  public static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Returns the socket address; unresolved if there is no such host. */
  public InetSocketAddress resolve() {
    return new InetSocketAddress(host, port);
  }

  /** Returns how a client on this machine reaches {@code bound}: no client can call a wildcard. */
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

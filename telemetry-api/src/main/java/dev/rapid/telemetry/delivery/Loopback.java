package dev.rapid.telemetry.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Connects to subscribers: they are on this machine, under any host name (contract
 * runtime-extensions-telemetry, section 4.2.1).
 */
final class Loopback {

  private Loopback() {}

  static InetSocketAddress port(int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}

package dev.rapid.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Ports for programs that are told theirs. */
public final class Ports {

  /** Below the ports that systems give away, so that no client gets one of them meanwhile. */
  private static final int LOWEST = 20_000;

  private static final int HIGHEST = 32_000;

  private Ports() {}

  /** Returns the first of {@code count} ports in a row that are free. */
  public static int firstOfFree(int count) {
    while (true) {
      int first = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (IntStream.range(first, first + count).allMatch(Ports::isFree)) {
        return first;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}

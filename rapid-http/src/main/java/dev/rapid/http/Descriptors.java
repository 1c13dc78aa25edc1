package dev.rapid.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Limits connections so that accepting one never fails for lack of a file descriptor: after such a
 * failure XNIO accepts no connection for up to 30 s, and no process can be started meanwhile.
 */
final class Descriptors {

  private static final String LIMIT_LINE = "Max open files";

  /** The share of the free descriptors for one listener: there are four at the most. */
  private static final int LISTENERS = 4;

  /** For pipes, files and outgoing connections. */
  private static final int MAX_SPARE = 128;

  private static final int MIN_CONNECTIONS = 8;

  private Descriptors() {}

  /** Returns how many connections a listener may have at once. */
  static int maxConnections() {
    try {
      return maxConnections(limit(), open());
    } catch (IOException e) {
      return Integer.MAX_VALUE; // This system does not show its limit.
    }
  }

  static int maxConnections(long limit, long open) {
    long free = limit - open - Math.min(MAX_SPARE, limit / 4);
    return Math.clamp(free / LISTENERS, MIN_CONNECTIONS, Integer.MAX_VALUE);
  }

  private static long limit() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
      return lines
          .filter(line -> line.startsWith(LIMIT_LINE))
          .map(line -> line.substring(LIMIT_LINE.length()).trim().split(" ", 2)[0])
          .filter(soft -> !soft.equals("unlimited"))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(Integer.MAX_VALUE);
    }
  }

  private static long open() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    }
  }
}

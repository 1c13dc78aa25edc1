package dev.rapid.cli.config.kapacitor;

import dev.rapid.cli.config.value.DurationText;
import dev.rapid.emulator.settings.HostPort;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Checks of texts. All methods throw an {@link IllegalArgumentException} whose message has no
 * subject if a text is wrong.
 */
public final class UdfChecks {

  /** How long the name of a socket's file may be on Linux, in bytes, without the 0 at its end. */
  private static final int MAX_SOCKET_PATH_BYTES = 107;

  private static final int MIN_FRAME_BYTES = 1024;

  private UdfChecks() {}

  /**
   * Returns the file of a socket.
   *
   * @param directory what the name is relative to, absolute
   */
  public static Path socket(String text, Path directory) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("is no name of a file");
    }
    Path path = directory.resolve(text).normalize();
    int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_SOCKET_PATH_BYTES) {
      throw new IllegalArgumentException(
          "is too long for a socket: "
              + path
              + " has "
              + bytes
              + " bytes, more than "
              + MAX_SOCKET_PATH_BYTES);
    }
    return path;
  }

  static int frameBytes(String text) {
    long bytes = HostPort.isNumber(text) && text.length() <= 10 ? Long.parseLong(text) : -1;
    if (bytes < MIN_FRAME_BYTES || bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "is not a number of bytes from " + MIN_FRAME_BYTES + " to " + Integer.MAX_VALUE);
    }
    return (int) bytes;
  }

  static Duration longerThanZero(String text) {
    Duration duration = DurationText.parse(text);
    if (duration.isZero()) {
      throw new IllegalArgumentException("is no time at all");
    }
    return duration;
  }

  static Duration timeout(String text) {
    Duration duration = DurationText.parse(text);
    if (duration.toMillis() <= 1) {
      throw new IllegalArgumentException("is not more than 1 ms");
    }
    return duration;
  }
}

package dev.rapid.cli.reload;

import java.io.IOException;

/** Thrown if the operating system watches no more folders. */
final class WatchLimitException extends IOException {

  private static final long serialVersionUID = 1;

  WatchLimitException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}

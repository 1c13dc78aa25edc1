package dev.rapid.runtimes;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Rapid's own runtimes for Python and Node.js, which are files beside the jar of this class. */
final class ShippedRuntimes {

  private ShippedRuntimes() {}

  static Path directory() {
    try {
      return Path.of(
              ShippedRuntimes.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .resolveSibling("runtimes");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.rapid.templates;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Paths as the configuration file has them: relative to its directory where that is possible.
 *
 * @param directory absolute
 */
record Paths(Path directory) {

  /** Returns a path as text. */
  String written(Path path) {
    Path from = real(directory);
    Path to = real(path);
    if (to.equals(from)) {
      return ".";
    }
    boolean related = from.getRoot() != null && from.getRoot().equals(to.getRoot());
    return (related ? from.relativize(to) : to).toString();
  }

  /** Returns the path that links lead to. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }
}

package dev.rapid.fnfdk;

import java.nio.file.Path;

/** Directories of sockets that a test has made. */
public final class SocketDirectoryPaths {

  private SocketDirectoryPaths() {}

  /** Returns the directory at a path that exists. */
  public static SocketDirectory at(Path path) {
    return new SocketDirectory(path);
  }
}

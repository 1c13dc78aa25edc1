package dev.rapid.bootstrap.command;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Looks programs up as a shell does. */
public final class SearchPath {

  private SearchPath() {}

  /**
   * Returns the first executable regular file called {@code name}.
   *
   * @param searchPath directories separated by colons; an empty one means {@code directory}
   * @param directory what relative directories are relative to
   */
  public static Optional<Path> find(String name, String searchPath, Path directory) {
    for (String element : searchPath.split(File.pathSeparator, -1)) {
      try {
        Path candidate = directory.resolve(element).resolve(name);
        if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
          return Optional.of(candidate);
        }
      } catch (InvalidPathException notADirectory) {
        // Shells pass over elements that are no paths, too.
      }
    }
    return Optional.empty();
  }
}

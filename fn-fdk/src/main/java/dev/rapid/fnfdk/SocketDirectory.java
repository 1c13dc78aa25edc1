package dev.rapid.fnfdk;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The directory in which one process of a worker makes its socket (contract fn-runner, section
 * 2.2). It is never used again: workers leave their names behind.
 */
public final class SocketDirectory {

  /** Workers bind a name that is longer than {@link #SOCKET}, and the system has a limit. */
  static final int MAX_PATH_BYTES = 90;

  private static final String SOCKET = "lsnr.sock";

  private final Path path;

  /** Creates the directory of a process, at a path that exists. */
  SocketDirectory(Path path) {
    this.path = path;
  }

  /** Returns where the worker is to listen, as {@code unix:} and a path. */
  String listener() {
    return "unix:" + socket();
  }

  /** Returns the path of the socket. */
  public Path socket() {
    return path.resolve(SOCKET);
  }

  /**
   * Returns whether the worker has made its socket. When the name exists, it takes connections.
   *
   * @throws InvalidSocketException if the name is there and cannot be used
   */
  public boolean isReady() throws InvalidSocketException {
    Path socket = socket();
    BasicFileAttributes named = attributes(socket, LinkOption.NOFOLLOW_LINKS);
    if (named == null) {
      return false;
    }
    if (named.isSymbolicLink()) {
      checkTarget(socket);
    }
    BasicFileAttributes found = attributes(socket);
    if (found == null || !found.isOther()) {
      throw new InvalidSocketException("The worker's " + SOCKET + " is not a socket");
    }
    return true;
  }

  private static void checkTarget(Path link) throws InvalidSocketException {
    String target;
    try {
      target = Files.readSymbolicLink(link).toString();
    } catch (NotLinkException e) {
      return; // The worker has replaced it.
    } catch (IOException e) {
      throw new InvalidSocketException("The worker's " + SOCKET + " cannot be read: " + e);
    }
    if (target.indexOf('/') >= 0 || target.equals(".") || target.equals("..")) {
      throw new InvalidSocketException(
          "The worker's " + SOCKET + " points out of its directory, to " + target);
    }
  }

  private static @Nullable BasicFileAttributes attributes(Path file, LinkOption... options)
      throws InvalidSocketException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, options);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new InvalidSocketException("The worker's " + SOCKET + " cannot be read: " + e);
    }
  }

  /**
   * Deletes the directory with all that the worker has left in it.
   *
   * @throws IOException if something of it cannot be deleted
   */
  void delete() throws IOException {
    deleteTree(path);
  }

  /** Deletes a directory with all that is in it; does nothing if it does not exist. */
  static void deleteTree(Path tree) throws IOException {
    Path unused =
        Files.walkFileTree(
            tree,
            new SimpleFileVisitor<>() {
              @Override
              public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                  throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                  return FileVisitResult.CONTINUE;
                }
                throw e;
              }

              @Override
              public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
                  throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
              }
            });
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

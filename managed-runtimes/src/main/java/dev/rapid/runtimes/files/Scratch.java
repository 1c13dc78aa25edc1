package dev.rapid.runtimes.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A private directory for what a program makes of archives, inline code and layers. It is made when
 * it is needed, and deleted when the scratch is closed.
 *
 * <p>Each folder in it is made once for its key and does not change afterwards.
 */
public final class Scratch implements AutoCloseable {

  private final Path parent;
  private final Map<String, Path> folders = new HashMap<>();
  private @Nullable Path directory;
  private boolean closed;

  /**
   * Creates a scratch.
   *
   * @param parent where to make the directory, for example the system's directory of temporary
   *     files
   */
  public Scratch(Path parent) {
    this.parent = parent;
  }

  /** Fills a new folder. */
  @FunctionalInterface
  public interface Filler {

    /** Fills {@code folder}, which exists and is empty. */
    void fill(Path folder) throws IOException;
  }

  /**
   * Returns the folder of a key; makes and fills it if there is none yet.
   *
   * @param key what the content depends on
   * @throws IOException if it cannot be made or filled; then nothing of it remains
   */
  public synchronized Path folder(String key, Filler filler) throws IOException {
    Path known = folders.get(key);
    if (known != null) {
      return known;
    }
    Path folder = Files.createDirectory(directory().resolve(name(key)));
    try {
      filler.fill(folder);
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e;
    }
    folders.put(key, folder);
    return folder;
  }

  private Path directory() throws IOException {
    if (closed) {
      throw new IOException("The program ends");
    }
    if (directory == null) {
      Files.createDirectories(parent);
      directory =
          Files.createTempDirectory(
                  parent,
                  "rapid-",
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwx------")))
              .toRealPath();
    }
    return directory;
  }

  private static String name(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Deletes the directory. What cannot be deleted stays. */
  @Override
  public synchronized void close() {
    closed = true;
    folders.clear();
    if (directory != null) {
      try {
        delete(directory);
      } catch (IOException inUse) {
        // The system's own cleaning of temporary files gets the rest.
      }
      directory = null;
    }
  }

  /** Deletes a tree, but nothing behind its links. */
  private static void delete(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path tree, BasicFileAttributes attributes) {
            boolean unused = tree.toFile().setWritable(true);
            return FileVisitResult.CONTINUE;
          }

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
          public FileVisitResult postVisitDirectory(Path tree, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(tree);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

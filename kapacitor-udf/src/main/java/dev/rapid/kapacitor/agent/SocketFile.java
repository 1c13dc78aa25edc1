package dev.rapid.kapacitor.agent;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The name of a listening socket in the file system (contract kapacitor-udf, sections 4 and 11.1).
 */
final class SocketFile {

  /** What Linux takes, without the zero at the end. */
  private static final int MAX_PATH_BYTES = 107;

  private static final int BACKLOG = 128;

  /** The bits of a mode that say what a file is, and those of a socket. */
  private static final int FILE_TYPE = 0170000;

  private static final int SOCKET = 0140000;
  private static final int PERMISSION_BITS = 9;

  private final Path path;
  private final @Nullable Object key;

  private SocketFile(Path path, @Nullable Object key) {
    this.path = path;
    this.key = key;
  }

  /**
   * Binds a channel to a path. A socket there that has no server any more is replaced.
   *
   * @param mode the permissions of the file
   * @throws IOException if the path cannot be used; the message says why
   */
  static SocketFile bind(ServerSocketChannel channel, Path path, int mode) throws IOException {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw new IOException(
          "the path of the socket has %d bytes, but may have %d: %s"
              .formatted(length, MAX_PATH_BYTES, path));
    }
    Path parent = path.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      throw new IOException("the directory of the socket is missing: " + parent);
    }
    deleteStale(path);
    channel.bind(UnixDomainSocketAddress.of(path), BACKLOG);
    Files.setPosixFilePermissions(path, permissions(mode));
    return new SocketFile(path, keyOf(path));
  }

  private static void deleteStale(Path path) throws IOException {
    BasicFileAttributes found;
    try {
      found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return;
    }
    if (!found.isOther() || !isSocket(path)) {
      throw new IOException("there is a file in place of the socket, delete it: " + path);
    }
    if (hasServer(path)) {
      throw new IOException("another program listens on the socket: " + path);
    }
    Files.deleteIfExists(path);
  }

  private static boolean isSocket(Path path) throws IOException {
    int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return (mode & FILE_TYPE) == SOCKET;
  }

  /** A server that is busy counts, too, and one that others have started. */
  private static boolean hasServer(Path path) throws IOException {
    try (SocketChannel tried = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      tried.configureBlocking(false);
      boolean unused = tried.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      throw new IOException(
          "cannot tell whether a program listens on the socket " + path + ": " + e.getMessage(), e);
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    // The constants begin with the owner's permission to read, which is the highest bit.
    int bit = 1 << (PERMISSION_BITS - 1);
    for (PosixFilePermission each : PosixFilePermission.values()) {
      if ((mode & bit) != 0) {
        permissions.add(each);
      }
      bit >>= 1;
    }
    return permissions;
  }

  private static @Nullable Object keyOf(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  /** Deletes the file, unless another server has replaced it. */
  void delete() throws IOException {
    try {
      if (key != null && key.equals(keyOf(path))) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      // Somebody was faster.
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

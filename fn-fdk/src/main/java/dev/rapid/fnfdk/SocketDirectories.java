package dev.rapid.fnfdk;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directories of sockets of one program, in a directory that only its user can enter. That one
 * has a file which the program keeps locked, so that a later program knows the directories of those
 * that were killed, and deletes them. Thread-safe.
 */
public final class SocketDirectories implements AutoCloseable {

  private static final Logger LOG = System.getLogger(SocketDirectories.class.getName());

  /** Leaves room for the name of a directory below the limit of the sockets' paths. */
  private static final int MAX_PATH_BYTES = SocketDirectory.MAX_PATH_BYTES - 24;

  private static final String PREFIX = "rapid-fn-";
  private static final String LOCK = "lock";
  private static final Path USUAL_PARENT = Path.of("/tmp");

  /** To close a file of one's own would give its lock back. */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path parent;
  private final Path otherParent;

  // All guarded by this.
  private @Nullable Path root;
  private @Nullable FileChannel lock;

  /**
   * Creates no directory yet. It will be in the directory for temporary files; in {@code /tmp} if
   * its name is too long.
   */
  public SocketDirectories() {
    this(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath(), USUAL_PARENT);
  }

  SocketDirectories(Path parent, Path otherParent) {
    this.parent = parent;
    this.otherParent = otherParent;
  }

  /**
   * Makes the directory of one process.
   *
   * @throws IOException if that fails
   */
  synchronized SocketDirectory make() throws IOException {
    Path used = root;
    if (used == null) {
      used = makeRoot();
      root = used;
    }
    return new SocketDirectory(Files.createTempDirectory(used, null));
  }

  private Path makeRoot() throws IOException {
    Path where = parent;
    Path directory = Files.createTempDirectory(where, PREFIX);
    if (directory.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
      Files.delete(directory);
      where = otherParent;
      directory = Files.createTempDirectory(where, PREFIX);
    }
    deleteAbandoned(where, directory);
    OURS.add(directory);
    // It has its name only when it is locked.
    Path unlocked = directory.resolve(LOCK + ".new");
    FileChannel file =
        FileChannel.open(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileLock unused = file.lock();
    Files.move(unlocked, directory.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
    lock = file;
    return directory;
  }

  /** Directories that cannot be read or deleted stay: they are not why a worker is started. */
  private static void deleteAbandoned(Path where, Path ours) {
    try (DirectoryStream<Path> others = Files.newDirectoryStream(where, PREFIX + "*")) {
      UserPrincipal owner = Files.getOwner(ours);
      for (Path each : others) {
        deleteIfAbandoned(each, owner);
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.log(Level.DEBUG, "Cannot look for directories that were left behind", e);
    }
  }

  private static void deleteIfAbandoned(Path directory, UserPrincipal owner) {
    try {
      if (!OURS.contains(directory)
          && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(owner)
          && isAbandoned(directory.resolve(LOCK))) {
        SocketDirectory.deleteTree(directory);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "Cannot delete " + directory, e);
    }
  }

  private static boolean isAbandoned(Path lock) {
    if (!Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel file = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock free = file.tryLock()) {
      return free != null;
    } catch (IOException | IllegalStateException e) {
      return false; // Of another user, deleted meanwhile, or of this program.
    }
  }

  /**
   * Deletes all directories. To be called when no process runs any more.
   *
   * @throws IOException if something cannot be deleted
   */
  @Override
  public synchronized void close() throws IOException {
    Path used = root;
    FileChannel file = lock;
    root = null;
    lock = null;
    if (used != null && file != null) {
      file.close();
      OURS.remove(used);
      SocketDirectory.deleteTree(used);
    }
  }
}

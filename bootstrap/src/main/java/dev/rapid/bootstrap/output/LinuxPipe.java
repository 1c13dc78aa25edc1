package dev.rapid.bootstrap.output;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A pipe whose writing end a process can be given and that can be asked whether it holds bytes.
 *
 * <p>It is Java's own {@link Pipe}; its writing end has the name that Linux gives it below {@code
 * /proc/self/fd}.
 */
final class LinuxPipe implements AutoCloseable {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int MAX_PATTERN_BYTES = 2000;

  private final Pipe pipe;
  private final File name;
  private final FileInputStream probe;

  private LinuxPipe(Pipe pipe, File name, FileInputStream probe) {
    this.pipe = pipe;
    this.name = name;
    this.probe = probe;
  }

  /** Returns a new pipe, or nothing where such pipes are not possible. */
  static Optional<LinuxPipe> open() {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return Optional.empty();
    }
    Pipe pipe = null;
    try {
      pipe = Pipe.open();
      File name = nameOf(pipe);
      if (name != null) {
        return Optional.of(new LinuxPipe(pipe, name, new FileInputStream(name)));
      }
    } catch (IOException unavailable) {
      // For example a container that hides /proc from us, or too many open files.
    }
    if (pipe != null) {
      closeQuietly(pipe.source());
      closeQuietly(pipe.sink());
    }
    return Optional.empty();
  }

  /**
   * Finds the pipe among the descriptors of this process. Java does not give their numbers, so a
   * random number of bytes marks it. Asking how many bytes another pipe holds does not change it.
   */
  private static @Nullable File nameOf(Pipe pipe) throws IOException {
    int length = ThreadLocalRandom.current().nextInt(1, MAX_PATTERN_BYTES);
    write(pipe, length);
    File found = null;
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path descriptor : descriptors) {
        if (found == null && isPipe(descriptor) && holds(descriptor, length)) {
          // Once more with another length, to rule out a pipe that held as much by chance.
          write(pipe, 1);
          length++;
          if (holds(descriptor, length)) {
            found = descriptor.toFile();
          }
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    ByteBuffer pattern = ByteBuffer.allocate(length);
    while (pattern.hasRemaining() && pipe.source().read(pattern) >= 0) {
      // One read may bring less than was asked for.
    }
    return found;
  }

  private static void write(Pipe pipe, int length) throws IOException {
    ByteBuffer pattern = ByteBuffer.allocate(length);
    while (pattern.hasRemaining()) {
      pipe.sink().write(pattern);
    }
  }

  private static boolean isPipe(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  private static boolean holds(Path descriptor, int length) {
    try (FileInputStream in = new FileInputStream(descriptor.toFile())) {
      return in.available() == length;
    } catch (IOException notReadable) {
      return false;
    }
  }

  /** Returns the name under which this process, and no other, can open the writing end. */
  File writingEnd() {
    return name;
  }

  Pipe.SourceChannel readingEnd() {
    return pipe.source();
  }

  /** Leaves the writing to others: as long as we hold a writing end, the pipe has no end. */
  void closeWritingEnd() throws IOException {
    pipe.sink().close();
  }

  /** Returns how many bytes are in the pipe. */
  int heldBytes() throws IOException {
    return probe.available();
  }

  /** Returns whether bytes are in the pipe; false when it is closed. */
  boolean holdsBytes() {
    try {
      return heldBytes() > 0;
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  @Override
  public void close() {
    closeQuietly(pipe.sink());
    closeQuietly(pipe.source());
    closeQuietly(probe);
  }

  static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception nothingToLose) {
      // All bytes that matter were read.
    }
  }
}

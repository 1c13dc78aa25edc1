package dev.rapid.bootstrap;

import dev.rapid.core.process.OutputListener;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A pipe that can be asked whether it holds bytes, and whose pump can be stopped.
 *
 * <p>The streams of {@link Process} can do neither. This pipe is Java's own {@link Pipe}; the
 * process gets its writing end by the name that Linux gives it below {@code /proc/self/fd}.
 *
 * <p>Invariant: {@link #handingOver} is set before bytes leave the pipe and cleared after the
 * listener has them. So whoever sees the pipe empty first and the flag clear second knows that
 * everything written before was handed over.
 */
final class PollablePipe implements OutputPipe {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int LONGEST_PATTERN = 2000;

  private final Pipe pipe;
  private final File name;
  private final FileInputStream probe;
  private final Selector selector;

  private volatile boolean handingOver;
  private volatile boolean closed;

  private PollablePipe(Pipe pipe, File name, FileInputStream probe, Selector selector) {
    this.pipe = pipe;
    this.name = name;
    this.probe = probe;
    this.selector = selector;
  }

  /** Returns a new pipe, or nothing where such pipes are not possible. */
  static Optional<PollablePipe> open() {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return Optional.empty();
    }
    Pipe pipe = null;
    FileInputStream probe = null;
    try {
      pipe = Pipe.open();
      File name = nameOf(pipe);
      if (name != null) {
        probe = new FileInputStream(name);
        Selector selector = Selector.open();
        return Optional.of(new PollablePipe(pipe, name, probe, selector));
      }
    } catch (IOException unavailable) {
      // For example a container that hides /proc from us, or too many open files.
    }
    closeQuietly(probe);
    if (pipe != null) {
      closeQuietly(pipe.source());
      closeQuietly(pipe.sink());
    }
    return Optional.empty();
  }

  /**
   * Finds the pipe among our descriptors. Java does not tell their numbers, so a random number of
   * bytes marks it; looking at how many bytes another pipe holds does not change it.
   */
  private static @Nullable File nameOf(Pipe pipe) throws IOException {
    int length = ThreadLocalRandom.current().nextInt(1, LONGEST_PATTERN);
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

  @Override
  public void attach(ProcessBuilder builder) {
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.to(name));
  }

  @Override
  public void opened(Process process) throws IOException {
    // As long as we hold a writing end, the pipe would have no end.
    pipe.sink().close();
  }

  @Override
  public void pump(OutputListener listener) throws IOException {
    byte[] bytes = new byte[BUFFER_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      pipe.source().configureBlocking(false);
      pipe.source().register(selector, SelectionKey.OP_READ);
      while (!closed) {
        selector.select();
        selector.selectedKeys().clear();
        handingOver = true;
        try {
          int length = pipe.source().read(buffer.clear());
          if (length < 0) {
            return;
          }
          if (length > 0) {
            listener.output(bytes, 0, length);
          }
        } finally {
          handingOver = false;
        }
      }
    } catch (ClosedChannelException | ClosedSelectorException e) {
      if (!closed) {
        throw e;
      }
    } finally {
      close();
    }
  }

  @Override
  public boolean pending() {
    try {
      return probe.available() > 0 || handingOver;
    } catch (IOException closedMeanwhile) {
      return handingOver;
    }
  }

  @Override
  public void close() {
    closed = true;
    closeQuietly(selector);
    closeQuietly(pipe.sink());
    closeQuietly(pipe.source());
    closeQuietly(probe);
  }

  private static void closeQuietly(@Nullable AutoCloseable resource) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Exception nothingToLose) {
      // All bytes that matter were read.
    }
  }
}

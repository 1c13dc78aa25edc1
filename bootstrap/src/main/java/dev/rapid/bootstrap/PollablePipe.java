package dev.rapid.bootstrap;

import dev.rapid.core.process.OutputListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pipe that can be asked whether it holds bytes, and whose pump can be stopped. The streams of
 * {@link Process} can do neither.
 *
 * <p>The framed log is a second pipe, read by the same pump. What is in both at once is handed over
 * pipe by pipe, so that the order between them is not exact.
 *
 * <p>Invariant: {@link #handingOver} is set before bytes leave a pipe and cleared after the
 * listener has them. So whoever sees the pipes empty first and the flag clear second knows that
 * everything written before was handed over.
 */
final class PollablePipe implements OutputPipe {

  private final LinuxPipe output;
  private final Selector selector;

  /** Set before the process starts. */
  private volatile @Nullable LinuxPipe framedLog;

  private volatile boolean handingOver;
  private volatile boolean closed;

  private PollablePipe(LinuxPipe output, Selector selector) {
    this.output = output;
    this.selector = selector;
  }

  /** Returns a new pipe, or nothing where such pipes are not possible. */
  static Optional<PollablePipe> open() {
    Optional<LinuxPipe> output = LinuxPipe.open();
    if (output.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new PollablePipe(output.get(), Selector.open()));
    } catch (IOException tooManyOpenFiles) {
      output.get().close();
      return Optional.empty();
    }
  }

  @Override
  public void attach(ProcessBuilder builder) {
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.to(output.writingEnd()));
  }

  @Override
  public boolean attachFramedLog(ProcessBuilder builder) {
    Optional<LinuxPipe> opened = LinuxPipe.open();
    opened.ifPresent(pipe -> {
      framedLog = pipe;
      builder
          .redirectErrorStream(false)
          .redirectError(ProcessBuilder.Redirect.to(pipe.writingEnd()));
    });
    return opened.isPresent();
  }

  @Override
  public void opened(Process process) throws IOException {
    output.closeWritingEnd();
    LinuxPipe framed = framedLog;
    if (framed != null) {
      framed.closeWritingEnd();
    }
  }

  @Override
  public void pump(OutputListener listener) throws IOException {
    FrameDecoder frames = new FrameDecoder(listener);
    try {
      transfer(listener, frames);
    } catch (ClosedChannelException | ClosedSelectorException e) {
      if (!closed) {
        throw e;
      }
    } finally {
      close();
      frames.end();
    }
  }

  private void transfer(OutputListener listener, FrameDecoder frames) throws IOException {
    byte[] bytes = new byte[BUFFER_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    LinuxPipe framed = framedLog;
    boolean outputOpen = register(output);
    boolean framedOpen = framed != null && register(framed);
    while (!closed && (outputOpen || framedOpen)) {
      selector.select();
      selector.selectedKeys().clear();
      handingOver = true;
      try {
        if (framed != null && framedOpen) {
          int length = read(framed, buffer);
          framedOpen = length >= 0;
          if (length > 0) {
            frames.feed(bytes, 0, length);
          }
          if (!framedOpen) {
            frames.end();
          }
        }
        if (outputOpen) {
          int length = read(output, buffer);
          outputOpen = length >= 0;
          if (length > 0) {
            listener.output(bytes, 0, length);
          }
        }
      } finally {
        handingOver = false;
      }
      listener.caughtUp();
    }
  }

  private boolean register(LinuxPipe pipe) throws IOException {
    pipe.readingEnd().configureBlocking(false);
    pipe.readingEnd().register(selector, SelectionKey.OP_READ);
    return true;
  }

  /** Returns the number of bytes, or -1 after the end, when the selector no longer looks at it. */
  private static int read(LinuxPipe pipe, ByteBuffer buffer) throws IOException {
    int length = pipe.readingEnd().read(buffer.clear());
    if (length < 0) {
      pipe.readingEnd().close();
    }
    return length;
  }

  @Override
  public boolean pending() {
    LinuxPipe framed = framedLog;
    return output.holdsBytes() || (framed != null && framed.holdsBytes()) || handingOver;
  }

  @Override
  public void close() {
    closed = true;
    LinuxPipe.closeQuietly(selector);
    output.close();
    LinuxPipe framed = framedLog;
    if (framed != null) {
      framed.close();
    }
  }
}

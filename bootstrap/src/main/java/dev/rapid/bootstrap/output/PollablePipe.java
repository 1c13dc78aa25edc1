package dev.rapid.bootstrap.output;

import dev.rapid.core.process.OutputListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A pipe that can be asked how many bytes it holds, and whose pump can be stopped. The streams of
 * {@link Process} can do neither.
 */
final class PollablePipe implements OutputPipe {

  /** Of a process that prints little, of which there may be hundreds. */
  private static final int FIRST_BUFFER_BYTES = 4 * 1024;

  private final LinuxPipe pipe;
  private final Selector selector;
  private final OutputMarks marks = new OutputMarks();

  /** Set before the process starts. */
  private volatile boolean framed;

  private final CountDownLatch drained = new CountDownLatch(1);
  private volatile boolean draining;
  private volatile boolean closed;

  private PollablePipe(LinuxPipe pipe, Selector selector) {
    this.pipe = pipe;
    this.selector = selector;
  }

  /** Returns a new pipe, or nothing where such pipes are not possible. */
  static Optional<PollablePipe> open() {
    Optional<LinuxPipe> pipe = LinuxPipe.open();
    if (pipe.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new PollablePipe(pipe.get(), Selector.open()));
    } catch (IOException tooManyOpenFiles) {
      pipe.get().close();
      return Optional.empty();
    }
  }

  @Override
  public void attach(ProcessBuilder builder, boolean onlyStderr) {
    ProcessBuilder.Redirect writingEnd = ProcessBuilder.Redirect.to(pipe.writingEnd());
    if (onlyStderr) {
      builder.redirectError(writingEnd);
    } else {
      builder.redirectErrorStream(true).redirectOutput(writingEnd);
    }
  }

  @Override
  public boolean attachFramedLog(ProcessBuilder builder) {
    framed = true;
    builder.redirectErrorStream(false).redirectError(ProcessBuilder.Redirect.to(pipe.writingEnd()));
    return true;
  }

  @Override
  public void opened(Process process) throws IOException {
    pipe.closeWritingEnd();
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
      drained.countDown();
      frames.end();
      marks.end(listener);
    }
  }

  private void transfer(OutputListener listener, FrameDecoder frames) throws IOException {
    byte[] room = new byte[FIRST_BUFFER_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(room);
    pipe.readingEnd().configureBlocking(false);
    pipe.readingEnd().register(selector, SelectionKey.OP_READ);
    while (!closed) {
      boolean drainsNow = draining;
      if (drainsNow) {
        selector.selectNow();
      } else {
        selector.select();
      }
      selector.selectedKeys().clear();
      byte[] bytes = room;
      ByteBuffer into = buffer.clear();
      int length = marks.read(() -> pipe.readingEnd().read(into));
      if (length == 0 && drainsNow) {
        draining = false;
        drained.countDown();
      }
      if (length < 0) {
        return;
      }
      int from = 0;
      while (from < length) {
        int count = marks.untilMark(length - from);
        if (framed) {
          frames.feed(bytes, from, count);
          if (marks.isMarkedAfter(count) || (from + count == length && !pipe.holdsBytes())) {
            frames.drained();
          }
        } else {
          listener.output(bytes, from, count);
        }
        from += count;
        marks.handedOver(count, listener);
      }
      if (length == room.length && length < BUFFER_BYTES) {
        room = new byte[BUFFER_BYTES];
        buffer = ByteBuffer.wrap(room);
      }
    }
  }

  @Override
  public boolean mark(long id) {
    return marks.mark(id, pipe::heldBytes);
  }

  @Override
  public boolean awaitDrained(Duration patience) throws InterruptedException {
    draining = true;
    selector.wakeup();
    return drained.await(patience.toNanos(), TimeUnit.NANOSECONDS) && !closed;
  }

  @Override
  public void close() {
    closed = true;
    LinuxPipe.closeQuietly(selector);
    pipe.close();
  }
}

package dev.rapid.bootstrap.output;

import dev.rapid.core.process.OutputListener;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The pipe that Java itself makes, for systems where {@link PollablePipe} is not possible.
 *
 * <p>Its limits: {@link #mark} knows only what was taken from the pipe, because the stream's lock
 * is held while the pump waits; and what grandchildren write after the end of the process may be
 * lost, because Java closes the stream then.
 */
public final class ProcessStreamPipe implements OutputPipe {

  private volatile @Nullable InputStream stream;
  private final OutputMarks marks = new OutputMarks();
  private volatile boolean closed;
  private boolean stderr;

  @Override
  public void attach(ProcessBuilder builder, boolean onlyStderr) {
    stderr = onlyStderr;
    builder.redirectErrorStream(!onlyStderr);
  }

  @Override
  public boolean attachFramedLog(ProcessBuilder builder) {
    // Java makes one pipe for each stream, so their order would be lost.
    return false;
  }

  @Override
  public void opened(Process process) {
    stream = stderr ? process.getErrorStream() : process.getInputStream();
  }

  @Override
  public void pump(OutputListener listener) throws IOException {
    InputStream in = stream;
    if (in == null) {
      throw new IllegalStateException("no process was started");
    }
    byte[] bytes = new byte[BUFFER_BYTES];
    try {
      for (int length = in.read(bytes); length >= 0 && !closed; length = in.read(bytes)) {
        int count = length;
        if (marks.read(() -> count) > 0) {
          listener.output(bytes, 0, count);
          marks.handedOver(count, listener);
        }
      }
    } catch (IOException e) {
      if (!closed) {
        throw e;
      }
    } finally {
      marks.end(listener);
    }
  }

  @Override
  public boolean mark(long mark) {
    return marks.mark(mark, () -> 0);
  }

  @Override
  public boolean awaitDrained(Duration patience) {
    // The stream shows no difference between an empty pipe and one that is about to end.
    return false;
  }

  @Override
  public void close() {
    // The stream is left to its owner: closing it would wait for the pump, which waits for bytes.
    closed = true;
  }
}

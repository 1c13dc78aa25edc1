package dev.rapid.bootstrap.output;

import dev.rapid.core.process.OutputListener;
import java.io.IOException;
import java.time.Duration;

/**
 * The pipe that carries all that a process logs, so that its order is exact.
 *
 * <p>Call {@link #attach} before the process starts, {@link #opened} when it has, or {@link #close}
 * if it has not; then {@link #pump} once, on a thread of its own.
 */
public sealed interface OutputPipe extends AutoCloseable permits PollablePipe, ProcessStreamPipe {

  /** As much as a pipe holds on Linux. */
  int BUFFER_BYTES = 64 * 1024;

  /** Returns the better kind of pipe that is possible here. */
  static OutputPipe create() {
    return PollablePipe.open().<OutputPipe>map(pipe -> pipe).orElseGet(ProcessStreamPipe::new);
  }

  /**
   * Makes the process write its log into this pipe.
   *
   * @param onlyStderr whether its stdout is no log; then it stays as {@code builder} has it
   */
  void attach(ProcessBuilder builder, boolean onlyStderr);

  /**
   * Makes what is given to the process as its stderr another way into the pipe, on which it may
   * also write frames; see {@code FramedLogCommand}. It is opened for itself, so a process that
   * makes its stdout non-blocking, as Node does, does not change it.
   *
   * @return whether that is possible; if not, nothing has changed
   */
  boolean attachFramedLog(ProcessBuilder builder);

  /** Closes this side's copy of the writing end, once the process holds its own. */
  void opened(Process process) throws IOException;

  /**
   * Hands over what is written, and messages of the framed log, until all writers are gone or the
   * pipe is closed. Does not call {@link OutputListener#ended}.
   */
  void pump(OutputListener listener) throws IOException;

  /**
   * Marks the end of what has been written.
   *
   * @return whether the listener does not have all of that; then {@link #pump} calls {@link
   *     OutputListener#reached} with {@code mark} when it has, also if the pipe is closed
   */
  boolean mark(long mark);

  /**
   * Waits until the listener has what a process that has ended wrote.
   *
   * @return whether it has, while others may still write; false if the pipe has ended, or if this
   *     took too long
   */
  boolean awaitDrained(Duration patience) throws InterruptedException;

  /** Ends {@link #pump}, also while writers are left. */
  @Override
  void close();
}

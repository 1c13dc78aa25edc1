package dev.rapid.bootstrap;

import dev.rapid.core.process.OutputListener;
import java.io.IOException;

/**
 * The pipe that carries a process's stdout and stderr, merged, so that their order is exact.
 *
 * <p>Call {@link #attach} before the process starts, {@link #opened} when it has, or {@link #close}
 * if it has not; then {@link #pump} once, on a thread of its own.
 */
sealed interface OutputPipe extends AutoCloseable permits PollablePipe, ProcessStreamPipe {

  /** As much as a pipe holds on Linux. */
  int BUFFER_BYTES = 64 * 1024;

  /** Returns the better kind of pipe that is possible here. */
  static OutputPipe create() {
    return PollablePipe.open().<OutputPipe>map(pipe -> pipe).orElseGet(ProcessStreamPipe::new);
  }

  /** Makes the process write into this pipe. */
  void attach(ProcessBuilder builder);

  /**
   * Makes what is given to the process as its stderr a framed log of its own instead of a part of
   * the output; see {@link FramedLogCommand}.
   *
   * @return whether that is possible; if not, nothing has changed
   */
  boolean attachFramedLog(ProcessBuilder builder);

  /** Tells that the process holds its end, so that ours can be closed. */
  void opened(Process process) throws IOException;

  /**
   * Hands over what is written, and messages of the framed log, until all writers are gone or the
   * pipe is closed. Does not call {@link OutputListener#ended}.
   */
  void pump(OutputListener listener) throws IOException;

  /** Returns whether bytes are in the pipe, or on their way from it to the listener. */
  boolean pending();

  /** Ends {@link #pump}, also while writers are left. */
  @Override
  void close();
}

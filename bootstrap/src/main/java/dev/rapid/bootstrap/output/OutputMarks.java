package dev.rapid.bootstrap.output;

import dev.rapid.core.process.OutputListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Positions in the output of a process at which its listener is notified. A position is a number of
 * bytes since the start of the process, so it separates what is written before and after it even if
 * one read returns both.
 */
final class OutputMarks {

  /** Counts or reads bytes of a pipe. */
  @FunctionalInterface
  interface Bytes {
    int count() throws IOException;
  }

  private record Mark(long id, long position) {}

  // All guarded by this.
  private final Deque<Mark> marks = new ArrayDeque<>();
  private long read;
  private long handedOver;
  private boolean ended;

  /** Whether a thread notifies the listener of the marks that it has reached. */
  private boolean notifying;

  /**
   * Reads from the pipe.
   *
   * @return what {@code reading} returned, a number of bytes or less than 0 at the end
   */
  synchronized int read(Bytes reading) throws IOException {
    int length = reading.count();
    read += Math.max(0, length);
    return length;
  }

  /**
   * Marks the end of what has been written.
   *
   * @param inPipe counts what has been written and not been read
   * @return whether the listener does not have all of that, so that it will be notified
   */
  synchronized boolean mark(long id, Bytes inPipe) {
    long written = ended ? handedOver : written(inPipe);
    // A mark must not overtake an earlier one that the listener has not got yet.
    if (written == handedOver && !notifying) {
      return false;
    }
    marks.add(new Mark(id, written));
    return true;
  }

  private long written(Bytes inPipe) {
    try {
      return read + inPipe.count();
    } catch (IOException closedMeanwhile) {
      return read;
    }
  }

  /** Returns how many of {@code length} bytes come before the next mark. */
  synchronized int untilMark(int length) {
    Mark next = marks.peek();
    return next == null ? length : (int) Math.min(length, next.position() - handedOver);
  }

  /** Returns whether there is a mark at the end of what will have been handed over. */
  synchronized boolean isMarkedAfter(int length) {
    Mark next = marks.peek();
    return next != null && next.position() == handedOver + length;
  }

  /** Counts what the listener has got, and notifies it of the marks that it has reached. */
  void handedOver(int length, OutputListener listener) {
    synchronized (this) {
      handedOver += length;
      notifying = true;
    }
    notifyReached(listener);
  }

  /** Ends reading, and notifies the listener of all marks. */
  void end(OutputListener listener) {
    synchronized (this) {
      ended = true;
      notifying = true;
    }
    notifyReached(listener);
  }

  private void notifyReached(OutputListener listener) {
    for (Mark mark = nextReached(); mark != null; mark = nextReached()) {
      listener.reached(mark.id());
    }
  }

  private synchronized @Nullable Mark nextReached() {
    Mark next = marks.peek();
    if (next != null && (ended || next.position() <= handedOver)) {
      return marks.poll();
    }
    notifying = false;
    return null;
  }
}

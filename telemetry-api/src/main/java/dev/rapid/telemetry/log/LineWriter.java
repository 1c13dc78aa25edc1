package dev.rapid.telemetry.log;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The only writer to a stream that shows function output and platform lines.
 *
 * <p>Bytes go into a bounded buffer that one daemon thread empties; it starts with the first bytes.
 * Output after a pause is written at once; then the thread collects for about a millisecond, so
 * that thousands of lines cost few system calls. Function output waits for room, which makes the
 * function wait; platform lines never wait, because they come from I/O threads. A part of the
 * buffer is reserved for them; when that is full too, they are dropped and counted, and a line
 * reports the loss as soon as there is room again.
 *
 * <p>If the stream fails, everything is discarded from then on: a closed terminal does not stop a
 * function. The failure is reported once, and the discarded lines are counted. All methods may be
 * called by any thread.
 */
public final class LineWriter implements AutoCloseable {

  /** How much may wait to be written, in bytes. */
  public static final int DEFAULT_CAPACITY_BYTES = 4 * 1024 * 1024;

  /** How long {@link #close()} waits for the stream. */
  public static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

  private static final int MIN_CAPACITY_BYTES = 1024;
  private static final int INITIAL_BYTES = 8 * 1024;
  private static final int KEPT_BYTES = 256 * 1024;
  private static final int ENOUGH_BYTES = 64 * 1024;
  private static final long COLLECT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long STACK_BYTES = 256 * 1024;
  private static final byte[] NEWLINE = {'\n'};

  private final OutputStream out;
  private final LossReport lossReport;
  private final Consumer<IOException> failure;
  private final int capacity;
  private final int capacityForOutput;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();

  // All guarded by lock.
  private byte[] filling = new byte[INITIAL_BYTES];
  private byte[] spare = new byte[INITIAL_BYTES];
  private byte[] writing = spare;
  private int filled;
  private int inWrite;
  private boolean idle;
  private boolean atLineStart = true;
  private long lostLines;
  private long lostBytes;
  private boolean started;
  private boolean closing;
  private boolean failed;
  private long discardedLines;

  /** Makes the line that reports lost platform lines. */
  @FunctionalInterface
  public interface LossReport {

    /**
     * Returns the line, with its newline.
     *
     * @param lines how many platform lines were lost, at least 1
     * @param bytes their length in bytes together
     */
    byte[] line(long lines, long bytes);
  }

  private LineWriter(
      OutputStream out, int capacityBytes, LossReport lossReport, Consumer<IOException> failure) {
    if (capacityBytes < MIN_CAPACITY_BYTES) {
      throw new IllegalArgumentException(
          "the capacity is " + capacityBytes + " bytes, less than " + MIN_CAPACITY_BYTES);
    }
    this.out = out;
    this.lossReport = lossReport;
    this.failure = failure;
    this.capacity = capacityBytes;
    this.capacityForOutput = capacityBytes - capacityBytes / 4;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("rapid-lines")
            .stackSize(STACK_BYTES)
            .unstarted(this::writeUntilClosed);
  }

  /** Returns a writer to {@code out} with the usual capacity. It does not close {@code out}. */
  public static LineWriter to(OutputStream out, LossReport lossReport) {
    return to(out, DEFAULT_CAPACITY_BYTES, lossReport);
  }

  /**
   * Returns a writer to {@code out} with the usual capacity. It does not close {@code out}.
   *
   * @param failure is called once, on a thread of the writer, if the stream fails
   */
  public static LineWriter to(
      OutputStream out, LossReport lossReport, Consumer<IOException> failure) {
    return new LineWriter(out, DEFAULT_CAPACITY_BYTES, lossReport, failure);
  }

  /**
   * Returns a writer to {@code out}. It does not close {@code out}.
   *
   * @param capacityBytes how much may wait to be written
   * @throws IllegalArgumentException if the capacity is less than 1,024 bytes
   */
  public static LineWriter to(OutputStream out, int capacityBytes, LossReport lossReport) {
    return new LineWriter(out, capacityBytes, lossReport, e -> {});
  }

  /** Returns whether function output has room, so that it does not wait. */
  public boolean hasRoom() {
    lock.lock();
    try {
      return closing || failed || filled + inWrite < capacityForOutput;
    } finally {
      lock.unlock();
    }
  }

  /** Takes function output, which may end anywhere, and waits while there is no room for it. */
  public void output(byte[] bytes, int offset, int length) {
    lock.lock();
    try {
      putWhenRoom(bytes, offset, length);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a message of the function, of one or more lines, and waits while there is no room for it.
   * If the output before it ends inside a line, that line is ended first, as is the message's last.
   */
  public void message(byte[] bytes, int offset, int length) {
    lock.lock();
    try {
      if (!atLineStart) {
        putWhenRoom(NEWLINE, 0, 1);
      }
      putWhenRoom(bytes, offset, length);
      if (length == 0 || bytes[offset + length - 1] != '\n') {
        putWhenRoom(NEWLINE, 0, 1);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Releases the lock while it waits. */
  private void putWhenRoom(byte[] bytes, int offset, int length) {
    int from = offset;
    int left = length;
    while (left > 0 && !closing && !failed) {
      int free = capacityForOutput - filled - inWrite;
      if (free <= 0) {
        room.awaitUninterruptibly();
        continue;
      }
      int count = Math.min(free, left);
      append(bytes, from, count);
      wakeWriter();
      from += count;
      left -= count;
    }
  }

  /**
   * Takes whole platform lines, at once or not at all. If the output before them ends inside a
   * line, that line is ended first.
   *
   * @return whether there was room
   */
  public boolean lines(byte[] bytes, int offset, int length) {
    lock.lock();
    try {
      if (closing || failed) {
        discardedLines += count(bytes, offset, length);
        return false;
      }
      reportLoss();
      int needed = atLineStart ? length : length + 1;
      if (lostLines > 0 || needed > capacity - filled - inWrite) {
        lostLines += count(bytes, offset, length);
        lostBytes += length;
        return false;
      }
      beginLine();
      append(bytes, offset, length);
      wakeWriter();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends an incomplete last line. Does not wait for room. */
  public void endLine() {
    lock.lock();
    try {
      if (!atLineStart && !closing && !failed && filled + inWrite < capacity) {
        append(NEWLINE, 0, 1);
        wakeWriter();
      }
    } finally {
      lock.unlock();
    }
  }

  private static long count(byte[] bytes, int offset, int length) {
    long lines = 0;
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] == '\n') {
        lines++;
      }
    }
    return lines;
  }

  private void reportLoss() {
    if (lostLines == 0) {
      return;
    }
    byte[] line = lossReport.line(lostLines, lostBytes);
    // Half of the reserved part, so that the next loss does not follow the report at once.
    int wanted = (capacity - capacityForOutput) / 2 + line.length;
    if (wanted <= capacity - filled - inWrite) {
      beginLine();
      append(line, 0, line.length);
      lostLines = 0;
      lostBytes = 0;
    }
  }

  private void beginLine() {
    if (!atLineStart) {
      append(NEWLINE, 0, 1);
    }
  }

  private void append(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return;
    }
    int needed = filled + length;
    if (needed > filling.length) {
      filling = Arrays.copyOf(filling, Math.max(needed, Math.min(capacity, 2 * filling.length)));
    }
    System.arraycopy(bytes, offset, filling, filled, length);
    filled = needed;
    atLineStart = bytes[offset + length - 1] == '\n';
  }

  /** Wakes the writer, unless it collects and there is not enough to write yet. */
  private void wakeWriter() {
    if (!started) {
      started = true;
      thread.start();
    } else if (idle || filled >= ENOUGH_BYTES) {
      idle = false;
      work.signal();
    }
  }

  private void writeUntilClosed() {
    lock.lock();
    try {
      while (true) {
        if (filled == 0) {
          reportLoss();
        }
        if (filled == 0 && closing) {
          return;
        }
        if (filled == 0) {
          beIdle();
        } else {
          writeFilled();
          collect();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void beIdle() {
    if (filling.length > KEPT_BYTES || spare.length > KEPT_BYTES) {
      filling = new byte[INITIAL_BYTES];
      spare = new byte[INITIAL_BYTES];
    }
    idle = true;
    while (idle && !closing) {
      work.awaitUninterruptibly();
    }
    idle = false;
  }

  private void writeFilled() {
    byte[] bytes = filling;
    writing = bytes;
    inWrite = filled;
    filling = spare;
    filled = 0;
    lock.unlock();
    IOException thrown = null;
    try {
      out.write(bytes, 0, inWrite);
      out.flush();
    } catch (IOException e) {
      thrown = e;
    } finally {
      lock.lock();
    }
    if (thrown != null && !failed) {
      failed = true;
      discardedLines += count(bytes, 0, inWrite) + count(filling, 0, filled) + lostLines;
      filled = 0;
      lostLines = 0;
      inWrite = 0;
      tell(thrown);
    }
    spare = bytes;
    inWrite = 0;
    room.signalAll();
  }

  /** Called without the lock: the listener may write to this writer. */
  private void tell(IOException thrown) {
    lock.unlock();
    try {
      failure.accept(thrown);
    } finally {
      lock.lock();
    }
  }

  /**
   * Returns how many lines were not written because the stream failed or was closed, or was blocked
   * until the end of {@link #close()}.
   */
  public long discardedLines() {
    lock.lock();
    try {
      long waiting = count(filling, 0, filled) + count(writing, 0, inWrite);
      return discardedLines + (closing ? waiting : 0);
    } finally {
      lock.unlock();
    }
  }

  private void collect() {
    try {
      long left = COLLECT_NANOS;
      while (left > 0 && filled < ENOUGH_BYTES && !closing) {
        left = work.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // The thread ignores interrupts and goes on writing.
    }
  }

  /**
   * Writes the buffer, for at most {@link #CLOSE_PATIENCE}, and ends. Later output is discarded,
   * and threads that wait for room return. Repeated calls have no effect.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      if (!started) {
        return;
      }
      work.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(CLOSE_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.rapid.core.invocation;

import java.util.Arrays;

/**
 * The end of the log of one invocation, for a caller who asked for it (contract invoke-api, section
 * 1.7). Methods may be called on any thread.
 */
public final class LogTail {

  /** How many bytes are kept; what came before is forgotten. */
  public static final int BYTES = 4096;

  /** How many bytes of a character of UTF-8 may follow the first. */
  private static final int MOST_CONTINUATION_BYTES = 3;

  private static final byte[] LINE_END = {'\n'};

  private final Runnable whenEnded;
  private final byte[] ring = new byte[BYTES];
  private long written;
  private boolean ended;

  /**
   * Creates an empty one.
   *
   * @param whenEnded runs once, when nothing more comes; must not block
   */
  public LogTail(Runnable whenEnded) {
    this.whenEnded = whenEnded;
  }

  /** Takes the next bytes of the log, unless it has ended. */
  public synchronized void append(byte[] bytes, int offset, int length) {
    if (ended) {
      return;
    }
    int from = offset + Math.max(0, length - BYTES);
    written += from - offset;
    for (int i = from; i < offset + length; i++) {
      ring[(int) (written % BYTES)] = bytes[i];
      written++;
    }
  }

  /**
   * Takes whole lines: what was taken before ends where they begin, and the last one has its end.
   */
  public synchronized void appendLines(byte[] bytes, int offset, int length) {
    endLine();
    append(bytes, offset, length);
    if (length == 0) {
      append(LINE_END, 0, 1);
    } else {
      endLine();
    }
  }

  /** Ends the line in which the log ends, if it does. */
  public synchronized void endLine() {
    if (written > 0 && ring[(int) ((written - 1) % BYTES)] != '\n') {
      append(LINE_END, 0, 1);
    }
  }

  /** Takes what another one has kept. */
  public void append(LogTail other) {
    byte[] bytes = other.bytes();
    append(bytes, 0, bytes.length);
  }

  /** Nothing more comes. Repeated calls do no harm. */
  public void end() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    whenEnded.run();
  }

  /** Returns the last bytes, at most {@value #BYTES}; no character of UTF-8 is cut in two. */
  public synchronized byte[] bytes() {
    if (written <= BYTES) {
      return Arrays.copyOf(ring, (int) written);
    }
    int oldest = (int) (written % BYTES);
    byte[] bytes = new byte[BYTES];
    System.arraycopy(ring, oldest, bytes, 0, BYTES - oldest);
    System.arraycopy(ring, 0, bytes, BYTES - oldest, oldest);
    int cut = 0;
    while (cut < MOST_CONTINUATION_BYTES && (bytes[cut] & 0xc0) == 0x80) {
      cut++;
    }
    return Arrays.copyOfRange(bytes, cut, BYTES);
  }
}

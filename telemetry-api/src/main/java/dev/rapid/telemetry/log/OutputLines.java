package dev.rapid.telemetry.log;

import dev.rapid.lambda.Utf8Buffer;

/**
 * Cuts the output of one process into lines (contract runtime-extensions-telemetry, section 4.4). A
 * line of more than {@value #MAX_LINE_BYTES} bytes becomes several. Its state is not guarded: one
 * thread at a time.
 */
public final class OutputLines {

  /** The largest line, in bytes. */
  public static final int MAX_LINE_BYTES = 256 * 1024;

  private static final int KEPT_BYTES = 4096;

  /** Takes lines. */
  @FunctionalInterface
  public interface Receiver {

    /**
     * Takes a line, which may be empty.
     *
     * @param bytes where the line is, without its terminator; not to be kept
     */
    void line(byte[] bytes, int offset, int length);
  }

  private final Receiver receiver;
  private Utf8Buffer begun = new Utf8Buffer(KEPT_BYTES);
  private boolean endedEarly;

  /** Creates a cutter that hands each line to {@code receiver} as soon as it is complete. */
  public OutputLines(Receiver receiver) {
    this.receiver = receiver;
  }

  /** Takes bytes; they may end anywhere. */
  public void append(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int from = endedEarly && length > 0 && bytes[offset] == '\n' ? offset + 1 : offset;
    endedEarly = endedEarly && length == 0;
    for (int i = from; i < end; i++) {
      if (bytes[i] == '\n') {
        complete(bytes, from, i - from);
        from = i + 1;
      }
    }
    begun.put(bytes, from, end - from);
    cutLong();
  }

  /** Ends an incomplete line, if there is one, because no more bytes come. */
  public void end() {
    if (!begun.isEmpty()) {
      complete(new byte[0], 0, 0);
    }
  }

  /**
   * Ends an incomplete line, if there is one, because the next bytes do not belong to it. If the
   * next bytes are only its line end, they do not make another line.
   */
  public void endEarly() {
    endedEarly = endedEarly || !begun.isEmpty();
    end();
  }

  /** The last line was ended early: a line end that comes next does not make another line. */
  void expectLineEnd() {
    endedEarly = true;
  }

  /** Discards an incomplete line. */
  public void forget() {
    endedEarly = false;
    begun = new Utf8Buffer(KEPT_BYTES);
  }

  private void complete(byte[] bytes, int offset, int length) {
    if (begun.isEmpty() && length <= MAX_LINE_BYTES) {
      deliver(bytes, offset, length);
      return;
    }
    begun.put(bytes, offset, length);
    cutLong();
    deliver(begun.array(), 0, begun.length());
    if (begun.array().length > MAX_LINE_BYTES) {
      begun = new Utf8Buffer(KEPT_BYTES);
    } else {
      begun.clear();
    }
  }

  private void deliver(byte[] bytes, int offset, int length) {
    boolean returned = length > 0 && bytes[offset + length - 1] == '\r';
    receiver.line(bytes, offset, returned ? length - 1 : length);
  }

  private void cutLong() {
    while (begun.length() > MAX_LINE_BYTES) {
      int cut = characterStart(begun.array(), MAX_LINE_BYTES);
      receiver.line(begun.array(), 0, cut);
      begun.removeFirst(cut);
    }
  }

  /** Returns the length of a text without the line break at its end. */
  public static int lengthWithoutEnd(byte[] bytes, int offset, int length) {
    int end = offset + length;
    if (length == 0 || bytes[end - 1] != '\n') {
      return length;
    }
    return length > 1 && bytes[end - 2] == '\r' ? length - 2 : length - 1;
  }

  /** Returns the last position up to {@code limit} at which no character is cut in two. */
  private static int characterStart(byte[] bytes, int limit) {
    int at = limit;
    while (at > limit - 3 && (bytes[at] & 0xc0) == 0x80) {
      at--;
    }
    return at;
  }
}

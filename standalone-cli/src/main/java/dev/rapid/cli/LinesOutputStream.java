package dev.rapid.cli;

import dev.rapid.lambda.Utf8Buffer;
import dev.rapid.telemetry.log.LineWriter;
import java.io.OutputStream;

/**
 * Passes its bytes on in whole lines, without waiting for their reader. It splits a line of more
 * than {@value #MAX_LINE_BYTES} bytes.
 */
final class LinesOutputStream extends OutputStream {

  static final int MAX_LINE_BYTES = 8 * 1024;

  private final LineWriter lines;

  /** Guarded by this. */
  private final Utf8Buffer begun = new Utf8Buffer(256);

  LinesOutputStream(LineWriter lines) {
    this.lines = lines;
  }

  @Override
  public synchronized void write(int value) {
    begun.put((char) (value & 0xff));
    if (value == '\n') {
      passOn();
    } else if (begun.length() == MAX_LINE_BYTES) {
      begun.put('\n');
      passOn();
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  private void passOn() {
    boolean unused = lines.lines(begun.array(), 0, begun.length());
    begun.clear();
  }
}

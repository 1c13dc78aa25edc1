package dev.rapid.telemetry;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import org.jspecify.annotations.Nullable;

/**
 * Passes on the output of one process line by line. A line of more than {@value #LONGEST_LINE}
 * bytes is passed on in pieces, and the last one also without its end. Messages are whole already.
 */
final class WholeLines implements OutputListener {

  static final int LONGEST_LINE = 64 * 1024;

  private static final int INITIAL_BYTES = 256;

  private final OutputListener lines;
  private final LineBuffer begun = new LineBuffer(INITIAL_BYTES);

  WholeLines(OutputListener lines) {
    this.lines = lines;
  }

  @Override
  public void output(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int rest = end;
    while (rest > offset && bytes[rest - 1] != '\n') {
      rest--;
    }
    if (rest > offset) {
      begun.put(bytes, offset, rest - offset);
      passOn();
    }
    begun.put(bytes, rest, end - rest);
    if (begun.length() > LONGEST_LINE) {
      passOn();
    }
  }

  @Override
  public void message(
      byte[] bytes, int offset, int length, long epochMicros, @Nullable ApplicationLogLevel level) {
    lines.message(bytes, offset, length, epochMicros, level);
  }

  @Override
  public void caughtUp() {
    lines.caughtUp();
  }

  @Override
  public void ended() {
    if (!begun.isEmpty()) {
      begun.put('\n');
      passOn();
    }
    lines.ended();
  }

  private void passOn() {
    lines.output(begun.array(), 0, begun.length());
    begun.clear();
  }
}

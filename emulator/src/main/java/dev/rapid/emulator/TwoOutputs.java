package dev.rapid.emulator;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import org.jspecify.annotations.Nullable;

/** Passes the output of a process to two receivers; the second may block. */
record TwoOutputs(OutputListener first, OutputListener second) implements OutputListener {

  @Override
  public void output(byte[] bytes, int offset, int length) {
    first.output(bytes, offset, length);
    second.output(bytes, offset, length);
  }

  @Override
  public void message(
      byte[] bytes, int offset, int length, long epochMicros, @Nullable ApplicationLogLevel level) {
    first.message(bytes, offset, length, epochMicros, level);
    second.message(bytes, offset, length, epochMicros, level);
  }

  @Override
  public void reached(long mark) {
    first.reached(mark);
    second.reached(mark);
  }

  @Override
  public void ended() {
    first.ended();
    second.ended();
  }
}

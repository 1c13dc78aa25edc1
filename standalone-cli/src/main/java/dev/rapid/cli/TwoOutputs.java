package dev.rapid.cli;

import dev.rapid.core.process.OutputListener;

/** Hands what a process writes to two receivers; the second may block. */
record TwoOutputs(OutputListener first, OutputListener second) implements OutputListener {

  @Override
  public void output(byte[] bytes, int offset, int length) {
    first.output(bytes, offset, length);
    second.output(bytes, offset, length);
  }

  @Override
  public void ended() {
    first.ended();
    second.ended();
  }
}

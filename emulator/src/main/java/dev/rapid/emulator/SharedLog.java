package dev.rapid.emulator;

import dev.rapid.telemetry.log.LineWriter;

/**
 * The log of a function, which other functions may share.
 *
 * @param shared whether they do
 * @param width how long the longest name of a sandbox in the log is
 */
record SharedLog(LineWriter writer, boolean shared, int width) {

  /**
   * Returns the labels of a function's sandboxes.
   *
   * @param maxSandboxes how many there may be at once
   */
  LogLabels labels(int maxSandboxes) {
    return new LogLabels(shared, maxSandboxes > 1, width);
  }
}

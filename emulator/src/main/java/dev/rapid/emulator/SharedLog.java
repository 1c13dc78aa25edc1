package dev.rapid.emulator;

import dev.rapid.telemetry.log.LineWriter;
import java.util.ArrayList;
import java.util.List;

/** The log of one function, or of several. Thread-safe. */
final class SharedLog {

  private final LineWriter writer;

  // Both guarded by this.
  private final List<LogLabels> functions = new ArrayList<>();
  private int width;

  /** Creates a log that no function has yet. */
  SharedLog(LineWriter writer) {
    this.writer = writer;
  }

  LineWriter writer() {
    return writer;
  }

  /**
   * Adds a function and returns the labels of its sandboxes. Once there are two, the lines of both
   * are labelled.
   *
   * @param maxSandboxes how many there may be at once
   */
  synchronized LogLabels add(String function, int maxSandboxes) {
    width = Math.max(width, LogLabels.width(function, maxSandboxes));
    LogLabels added = new LogLabels(maxSandboxes > 1, width);
    functions.add(added);
    if (functions.size() > 1) {
      functions.forEach(each -> each.share(width));
    }
    return added;
  }

  /** Removes a function that ends. */
  synchronized void remove(LogLabels labels) {
    functions.remove(labels);
  }
}

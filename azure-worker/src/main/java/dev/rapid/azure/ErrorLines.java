package dev.rapid.azure;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * The last lines of a worker's output that look like errors (contract azure-functions-worker,
 * section 3.4). Thread-safe.
 */
final class ErrorLines {

  private static final int KEPT = 3;

  /** The rest of a longer line is cut off. */
  private static final int MAX_LINE_BYTES = 1000;

  private static final String WARNING = "warn";
  private static final List<String> SIGNS =
      List.of("error", "fail", "severe", "unhandled exception");

  // Both guarded by this.
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final Deque<String> lines = new ArrayDeque<>();

  /** Takes bytes, which end anywhere in a line. */
  synchronized void add(byte[] bytes, int from, int to) {
    int begin = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        append(bytes, begin, i);
        endLine();
        begin = i + 1;
      }
    }
    append(bytes, begin, to);
  }

  private void append(byte[] bytes, int from, int to) {
    line.write(bytes, from, Math.min(to - from, MAX_LINE_BYTES - line.size()));
  }

  private void endLine() {
    if (line.size() == 0) {
      return;
    }
    String text = line.toString(StandardCharsets.UTF_8).strip();
    line.reset();
    String lower = text.toLowerCase(Locale.ROOT);
    if (!lower.contains(WARNING) && SIGNS.stream().anyMatch(lower::contains)) {
      if (lines.size() == KEPT) {
        lines.removeFirst();
      }
      lines.addLast(text);
    }
  }

  /** Returns the last lines, the oldest first. */
  synchronized List<String> last() {
    endLine();
    return List.copyOf(lines);
  }
}

package dev.rapid.kapacitor;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the last lines of an agent's log, which may say why it ended. Thread-safe. */
final class LastLines implements OutputListener {

  private static final int KEPT = 5;

  /** The rest of a longer line is not kept. */
  private static final int MAX_LINE_BYTES = 1000;

  private final OutputListener log;

  // Both guarded by this.
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final Deque<String> lines = new ArrayDeque<>();

  /**
   * @param log takes all that is written
   */
  LastLines(OutputListener log) {
    this.log = log;
  }

  @Override
  public void output(byte[] bytes, int offset, int length) {
    keep(bytes, offset, offset + length);
    log.output(bytes, offset, length);
  }

  @Override
  public void message(
      byte[] bytes, int offset, int length, long epochMicros, @Nullable ApplicationLogLevel level) {
    log.message(bytes, offset, length, epochMicros, level);
  }

  @Override
  public void reached(long mark) {
    log.reached(mark);
  }

  @Override
  public void ended() {
    log.ended();
  }

  private synchronized void keep(byte[] bytes, int from, int to) {
    int begin = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        append(bytes, begin, i);
        String whole = text();
        line.reset();
        if (!whole.isEmpty()) {
          if (lines.size() == KEPT) {
            lines.removeFirst();
          }
          lines.addLast(whole);
        }
        begin = i + 1;
      }
    }
    append(bytes, begin, to);
  }

  private void append(byte[] bytes, int from, int to) {
    line.write(bytes, from, Math.min(to - from, MAX_LINE_BYTES - line.size()));
  }

  private String text() {
    return line.toString(StandardCharsets.UTF_8).strip();
  }

  /** Returns the last lines, the oldest first; the last one may not be complete. */
  synchronized List<String> lines() {
    List<String> all = new ArrayList<>(lines);
    String begun = text();
    if (!begun.isEmpty()) {
      all.add(begun);
    }
    return all.subList(Math.max(0, all.size() - KEPT), all.size());
  }
}

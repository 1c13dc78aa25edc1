package dev.rapid.telemetry.subscription;

import dev.rapid.core.events.LifecycleEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The records since the init began, for extensions that subscribe during it (contract
 * runtime-extensions-telemetry, section 4.4). It keeps {@value #MAX_BYTES} bytes of output: the
 * oldest lines go first. It keeps all lifecycle events; an init has few. Not thread-safe: the hub
 * uses it under its lock.
 */
final class Replay {

  /** How many bytes of output are kept, with their overhead. */
  static final int MAX_BYTES = 1024 * 1024;

  private static final int LINE_COST = 64;

  private sealed interface Entry {
    long sequence();
  }

  private record Event(long sequence, LifecycleEvent event, long epochMillis) implements Entry {}

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Line(long sequence, RecordCategory category, byte[] bytes, long epochMillis)
      implements Entry {

    int cost() {
      return bytes.length + LINE_COST;
    }
  }

  private final List<Event> events = new ArrayList<>();
  private final Deque<Line> lines = new ArrayDeque<>();
  private int lineBytes;
  private long nextSequence;

  void add(LifecycleEvent event, long epochMillis) {
    events.add(new Event(nextSequence++, event, epochMillis));
  }

  void add(RecordCategory category, byte[] bytes, int offset, int length, long epochMillis) {
    byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
    Line line = new Line(nextSequence++, category, copy, epochMillis);
    lines.add(line);
    lineBytes += line.cost();
    while (lineBytes > MAX_BYTES) {
      lineBytes -= lines.remove().cost();
    }
  }

  /** Moves {@code rendering} over all entries, in order, and calls {@code next} for each. */
  void over(Rendering rendering, Consumer<Rendering> next) {
    List<Entry> all = new ArrayList<>(events.size() + lines.size());
    all.addAll(events);
    all.addAll(lines);
    all.sort((a, b) -> Long.compare(a.sequence(), b.sequence()));
    for (Entry entry : all) {
      switch (entry) {
        case Event(long unused, var event, long epochMillis) -> rendering.event(event, epochMillis);
        case Line line ->
            rendering.line(
                line.category(), line.bytes(), 0, line.bytes().length, line.epochMillis());
      }
      next.accept(rendering);
    }
  }
}

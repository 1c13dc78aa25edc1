package dev.rapid.kapacitor.agent;

import com.google.protobuf.ByteString;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.json.EventWriter;
import dev.rapid.kapacitor.json.UseContext;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.InitRequest;
import dev.rapid.kapacitor.protocol.Point;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done in the order in which the host has sent it, one after the other. */
sealed interface Work {

  /** Returns how many frames it consists of. */
  default int frames() {
    return 1;
  }

  /** Returns how many bytes these frames have. */
  default long bytes() {
    return 0;
  }

  /** The host begins a use. */
  record Init(InitRequest request, long bytes) implements Work {}

  /** The host wants the state of the use. */
  record Snapshot() implements Work {}

  /** The host gives the state of an earlier use. */
  record Restore(ByteString snapshot, long bytes) implements Work {}

  /** A question for the agent's life, whose answer comes after the results of earlier data. */
  record OrderedKeepalive(long time) implements Work {}

  /** The host sends nothing more. */
  record InputEnd() implements Work {}

  /** What one invocation gets. */
  final class Data implements Work {

    private final @Nullable BeginBatch begin;
    private final @Nullable EndBatch end;
    private final int frames;
    private final long bytes;
    private @Nullable List<Point> points;
    private @Nullable Payload event;

    private Data(
        @Nullable BeginBatch begin,
        List<Point> points,
        @Nullable EndBatch end,
        int frames,
        long bytes) {
      this.begin = begin;
      this.points = points;
      this.end = end;
      this.frames = frames;
      this.bytes = bytes;
    }

    /**
     * Returns a part of a stream.
     *
     * @param points the caller changes them no more
     * @param bytes of their frames
     */
    static Data ofStream(List<Point> points, long bytes) {
      return new Data(null, points, null, points.size(), bytes);
    }

    /**
     * Returns a complete batch.
     *
     * @param points the caller changes them no more
     * @param bytes of all its frames
     */
    static Data ofBatch(BeginBatch begin, List<Point> points, EndBatch end, long bytes) {
      return new Data(begin, points, end, points.size() + 2, bytes);
    }

    @Override
    public int frames() {
      return frames;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    /** Returns the event of the invocation. It is written once, and then the points are dropped. */
    Payload event(EventWriter events, UseContext context) {
      Payload written = event;
      if (written == null) {
        List<Point> taken = points == null ? List.of() : points;
        written =
            begin == null || end == null
                ? events.stream(taken, context)
                : events.batch(begin, taken, end, context);
        event = written;
        points = null;
      }
      return written;
    }
  }
}

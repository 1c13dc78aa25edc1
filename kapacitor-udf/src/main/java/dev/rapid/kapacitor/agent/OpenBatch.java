package dev.rapid.kapacitor.agent;

import dev.rapid.kapacitor.json.EventWriter;
import dev.rapid.kapacitor.json.UseContext;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.Point;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The batch whose end has not come yet (contract kapacitor-udf, section 11.3). For the reader's
 * thread.
 */
final class OpenBatch {

  /** A batch becomes one event, so that it has to fit into memory several times. */
  static final long MAX_BYTES = 64L * 1024 * 1024;

  private final long maxBytes;
  private @Nullable BeginBatch begin;
  private List<Point> points = new ArrayList<>();
  private long bytes;

  /**
   * Begins without a batch.
   *
   * @param maxFrameBytes a batch may have so many bytes at least
   */
  OpenBatch(int maxFrameBytes) {
    this.maxBytes = Math.max(MAX_BYTES, maxFrameBytes);
  }

  /** Takes the beginning of a batch. */
  void begin(BeginBatch message, long frameBytes) throws HostViolation {
    if (begin != null) {
      throw new HostViolation("a batch began in the batch \"" + begin.getName() + "\"");
    }
    begin = message;
    bytes = 0;
    count(frameBytes);
  }

  /** Takes a point. */
  void add(Point point, long frameBytes) throws HostViolation {
    if (begin == null) {
      throw new HostViolation("a point came outside of a batch, but the function wants batches");
    }
    points.add(point);
    count(frameBytes);
  }

  private void count(long frameBytes) throws HostViolation {
    bytes += frameBytes;
    if (bytes > maxBytes) {
      throw new HostViolation("a batch has more than " + maxBytes + " bytes");
    }
  }

  /** Takes the end of the batch, and returns all of it. */
  Work.Data end(EndBatch message, long frameBytes, EventWriter events, UseContext context)
      throws HostViolation {
    BeginBatch begun = begin;
    if (begun == null) {
      throw new HostViolation("a batch ended that had not begun");
    }
    Work.Data whole =
        new Work.Data(
            events.batch(begun, points, message, context), points.size() + 2, bytes + frameBytes);
    begin = null;
    points = new ArrayList<>();
    bytes = 0;
    return whole;
  }

  /** Returns whether there is a batch. */
  boolean isOpen() {
    return begin != null;
  }

  /** Returns how many frames it has until now. */
  int frames() {
    return begin == null ? 0 : points.size() + 1;
  }

  /** Returns how many bytes they have. */
  long bytes() {
    return bytes;
  }
}

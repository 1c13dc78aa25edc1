package dev.rapid.kapacitor.agent;

import dev.rapid.kapacitor.json.BatchEvent;
import dev.rapid.kapacitor.json.EventWriter;
import dev.rapid.kapacitor.json.UseContext;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.Point;
import org.jspecify.annotations.Nullable;

/**
 * The batch whose end has not come yet (contract kapacitor-udf, section 11.3). For the reader's
 * thread.
 */
final class OpenBatch {

  /** A batch becomes one event, so that it has to fit into memory several times. */
  static final long MAX_BYTES = 64L * 1024 * 1024;

  private final long maxBytes;
  private final EventWriter events;
  private @Nullable BatchEvent event;
  private long bytes;

  /**
   * Begins without a batch.
   *
   * @param events makes the events of batches
   * @param maxFrameBytes a batch may have so many bytes at least
   */
  OpenBatch(EventWriter events, int maxFrameBytes) {
    this.events = events;
    this.maxBytes = Math.max(MAX_BYTES, maxFrameBytes);
  }

  /** Takes the beginning of a batch. */
  void begin(BeginBatch message, long frameBytes) throws HostViolation {
    if (event != null) {
      throw new HostViolation("a batch began in the batch \"" + event.name() + "\"");
    }
    event = events.batch(message);
    bytes = 0;
    count(frameBytes);
  }

  /** Takes a point. */
  void add(Point point, long frameBytes) throws HostViolation {
    if (event == null) {
      throw new HostViolation("a point came outside of a batch, but the function wants batches");
    }
    count(frameBytes);
    event.add(point);
  }

  private void count(long frameBytes) throws HostViolation {
    bytes += frameBytes;
    if (bytes > maxBytes) {
      throw new HostViolation("a batch has more than " + maxBytes + " bytes");
    }
  }

  /** Takes the end of the batch, and returns all of it. */
  Work.Data end(EndBatch message, long frameBytes, UseContext context) throws HostViolation {
    BatchEvent begun = event;
    if (begun == null) {
      throw new HostViolation("a batch ended that had not begun");
    }
    Work.Data whole =
        new Work.Data(begun.end(message, context), begun.points() + 2, bytes + frameBytes);
    event = null;
    bytes = 0;
    return whole;
  }

  /** Returns whether there is a batch. */
  boolean isOpen() {
    return event != null;
  }

  /** Returns how many frames it has until now. */
  int frames() {
    return event == null ? 0 : event.points() + 1;
  }

  /** Returns how many bytes they have. */
  long bytes() {
    return bytes;
  }
}

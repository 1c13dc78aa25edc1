package dev.rapid.kapacitor.agent;

import dev.rapid.kapacitor.protocol.Point;
import java.util.ArrayList;
import java.util.List;

/**
 * The last points of a stream, which wait for others until they are as many as one invocation gets
 * (contract kapacitor-udf, section 11.3). The reader adds them; who else hands them on may be any
 * thread. Thread-safe.
 */
final class PointBuffer {

  private final int maxPoints;
  private final Receiver receiver;

  // All guarded by this.
  private List<Point> points = new ArrayList<>();
  private long bytes;
  private boolean announced;

  /** Takes points, in their order; called with the lock of the buffer, must not block. */
  interface Receiver {

    /**
     * Points are complete.
     *
     * @param points do not change any more
     * @param bytes of their frames
     */
    void complete(List<Point> points, long bytes);

    /** The first points since then wait for others. */
    void waiting();
  }

  PointBuffer(int maxPoints, Receiver receiver) {
    this.maxPoints = maxPoints;
    this.receiver = receiver;
  }

  /**
   * Adds a point, and hands all on if they are enough.
   *
   * @param frameBytes of its frame
   */
  synchronized void add(Point point, long frameBytes) {
    points.add(point);
    bytes += frameBytes;
    if (points.size() >= maxPoints) {
      handOn();
    }
  }

  /** Says that the points wait, once, if there are any: the host has sent no more for now. */
  synchronized void announce() {
    if (!points.isEmpty() && !announced) {
      announced = true;
      receiver.waiting();
    }
  }

  /** Hands on the points, if there are any. */
  synchronized void handOn() {
    if (!points.isEmpty()) {
      List<Point> complete = points;
      long completeBytes = bytes;
      points = new ArrayList<>(Math.min(complete.size(), 1000));
      bytes = 0;
      announced = false;
      receiver.complete(complete, completeBytes);
    }
  }
}

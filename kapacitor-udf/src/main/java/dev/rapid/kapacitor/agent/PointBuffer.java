package dev.rapid.kapacitor.agent;

import dev.rapid.kapacitor.protocol.Point;
import java.util.ArrayList;
import java.util.List;

/**
 * The last points of a stream, which wait for others until they are as many as one invocation gets
 * (contract kapacitor-udf, section 11.3). For one thread.
 */
final class PointBuffer {

  private final int maxPoints;
  private List<Point> points = new ArrayList<>();
  private long bytes;

  /** Whether they have waited for long enough. */
  private boolean due;

  PointBuffer(int maxPoints) {
    this.maxPoints = maxPoints;
  }

  /**
   * Adds points.
   *
   * @param bytes of their frames
   * @return what is complete now, possibly nothing
   */
  List<Work> add(List<Point> more, long moreBytes) {
    if (points.isEmpty() && more.size() == maxPoints) {
      return List.of(Work.Data.ofStream(more, moreBytes));
    }
    List<Work> complete = new ArrayList<>();
    long bytesLeft = moreBytes;
    for (int i = 0; i < more.size(); i++) {
      // The bytes of single points are not known here: each has an equal share.
      long share = bytesLeft / (more.size() - i);
      bytesLeft -= share;
      points.add(more.get(i));
      bytes += share;
      if (points.size() == maxPoints) {
        complete.add(take());
      }
    }
    return complete;
  }

  boolean isEmpty() {
    return points.isEmpty();
  }

  /** They do not wait for others any more. */
  void waited() {
    due = !points.isEmpty();
  }

  boolean isDue() {
    return due;
  }

  /** Returns the points, and has none afterwards. */
  Work.Data take() {
    Work.Data taken = Work.Data.ofStream(points, bytes);
    points = new ArrayList<>();
    bytes = 0;
    due = false;
    return taken;
  }
}

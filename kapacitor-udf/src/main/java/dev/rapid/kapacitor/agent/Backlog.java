package dev.rapid.kapacitor.agent;

/**
 * How much of what the host has sent waits or is worked on. The reader adds to it and pauses while
 * it is too much, so that the memory of a connection is bounded while the function is slow
 * (contract kapacitor-udf, section 11.3). Thread-safe.
 */
final class Backlog {

  private final int maxFrames;
  private final long maxBytes;
  private final Runnable whenPaused;

  // All guarded by this.
  private int frames;
  private long bytes;
  private boolean paused;
  private boolean ended;

  /**
   * Creates an empty backlog.
   *
   * @param maxFrames with so many the reader pauses
   * @param maxBytes with so many the reader pauses
   * @param whenPaused runs on the reader's thread when a pause begins; must not block
   */
  Backlog(int maxFrames, long maxBytes, Runnable whenPaused) {
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
    this.whenPaused = whenPaused;
  }

  synchronized void add(int moreFrames, long moreBytes) {
    frames += moreFrames;
    bytes += moreBytes;
  }

  /** Takes off what is done with. */
  synchronized void remove(int lessFrames, long lessBytes) {
    frames -= lessFrames;
    bytes -= lessBytes;
    notifyAll();
  }

  /**
   * Waits until there is room, or until nothing is left that could make room.
   *
   * @param openFrames how many frames the reader holds back because their batch is not complete
   * @param openBytes how many bytes they have
   */
  void awaitRoom(int openFrames, long openBytes) throws InterruptedException {
    synchronized (this) {
      if (!isFull(openFrames, openBytes)) {
        return;
      }
      paused = true;
    }
    whenPaused.run();
    synchronized (this) {
      while (isFull(openFrames, openBytes)) {
        wait();
      }
      paused = false;
    }
  }

  private boolean isFull(int openFrames, long openBytes) {
    return !ended
        && frames > 0
        && ((long) frames + openFrames >= maxFrames || bytes + openBytes >= maxBytes);
  }

  /** Returns whether the reader waits. */
  synchronized boolean isPaused() {
    return paused;
  }

  /** Lets the reader go on: what it reads from now on is dropped. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }
}

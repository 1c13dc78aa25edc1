package dev.rapid.core.shaping;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;

/**
 * Lets a writer that must not block write at the pace of its {@link ResponseShaper}. As the shaper,
 * it serves one writer at a time.
 */
public final class Pacer {

  /** What the reference implementation copies at once; a larger write wastes refills. */
  private static final int MAX_SHAPED_WRITE = 32 * 1024;

  private final ResponseShaper shaper;
  private final NanoClock clock;
  private final Timers timers;

  /** Creates a pacer for one response. */
  public Pacer(ResponseShaper shaper, NanoClock clock, Timers timers) {
    this.shaper = shaper;
    this.clock = clock;
    this.timers = timers;
  }

  /**
   * Asks to write.
   *
   * @param remaining how many bytes the writer has, at least 1
   * @param resume called once, on a thread of the timers, when the writer should ask again; only if
   *     this call returns 0
   * @return how many bytes the writer may write now; it must write them before it asks again
   */
  public int admit(int remaining, Runnable resume) {
    int chunk =
        shaper.chunkOf(shaper.isShaped() ? Math.min(remaining, MAX_SHAPED_WRITE) : remaining);
    long now = clock.nanoTime();
    long wait = shaper.admit(chunk, now);
    if (wait == 0) {
      return chunk;
    }
    timers.schedule(now + wait, resume);
    return 0;
  }

  /** Counts bytes that the caller's connection took. */
  public void produced(long bytes) {
    shaper.produced(bytes);
  }

  /** Returns the metrics of a response that ends now. */
  public StreamMetrics metrics() {
    return shaper.metrics(clock.nanoTime());
  }
}

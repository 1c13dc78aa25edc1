package dev.rapid.core.time;

/**
 * One alarm that is set and cleared very often and rings rarely, such as the deadline of an
 * invocation.
 *
 * <p>Setting it to a later moment costs no call of {@link Timers}: the wake-up that is already
 * scheduled comes too early, notices and schedules the next one. The invariant: while the alarm is
 * set, a wake-up is scheduled not later than its moment.
 */
public final class Alarm {

  private final Timers timers;
  private final NanoClock clock;

  /** Guarded by this. */
  private Runnable ring;

  private boolean set;
  private long ringAtNanos;
  private boolean wakeScheduled;
  private long wakeAtNanos;

  /** Creates an alarm that is not set and calls {@code ring} when it rings. */
  public Alarm(Timers timers, NanoClock clock, Runnable ring) {
    this.timers = timers;
    this.clock = clock;
    this.ring = ring;
  }

  /** Lets the alarm ring once at {@code atNanos}, instead of the moment that was set before. */
  public void set(long atNanos) {
    synchronized (this) {
      set = true;
      ringAtNanos = atNanos;
      if (wakeScheduled && wakeAtNanos - atNanos <= 0) {
        return;
      }
      wakeScheduled = true;
      wakeAtNanos = atNanos;
    }
    timers.schedule(atNanos, this::wake);
  }

  /** Lets the alarm be silent. */
  public synchronized void clear() {
    set = false;
  }

  /** Clears the alarm for good: a wake-up that is still scheduled keeps nothing else in memory. */
  public synchronized void release() {
    set = false;
    ring = () -> {};
  }

  private void wake() {
    Runnable due;
    synchronized (this) {
      long now = clock.nanoTime();
      if (wakeScheduled && now - wakeAtNanos >= 0) {
        wakeScheduled = false;
      }
      if (!set) {
        return;
      }
      if (now - ringAtNanos < 0) {
        if (!wakeScheduled) {
          wakeScheduled = true;
          wakeAtNanos = ringAtNanos;
          timers.schedule(ringAtNanos, this::wake);
        }
        return;
      }
      set = false;
      due = ring;
    }
    due.run();
  }
}

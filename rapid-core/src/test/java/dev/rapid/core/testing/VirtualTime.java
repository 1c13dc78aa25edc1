package dev.rapid.core.testing;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that moves only when a test says so: to advance is to take the next item of a queue ordered
 * by moment, and among equals by arrival.
 */
public final class VirtualTime implements Timers, NanoClock, WallClock {

  /** The wall clock at the start: 2026-01-01T00:00:00Z. */
  public static final long EPOCH_MILLIS_AT_START = 1_767_225_600_000L;

  /** Negative, as a nano clock may be, so that it passes zero during a test. */
  private static final long START_NANOS = -TimeUnit.SECONDS.toNanos(2);

  private record Item(long atNanos, long sequence, Runnable task) {}

  private final PriorityQueue<Item> items =
      new PriorityQueue<>(
          Comparator.comparingLong(Item::atNanos).thenComparingLong(Item::sequence));
  private long nowNanos = START_NANOS;
  private long nextSequence;

  /** What may still be at work on other threads. */
  private final List<BooleanSupplier> workers = new CopyOnWriteArrayList<>();

  @Override
  public synchronized long nanoTime() {
    return nowNanos;
  }

  @Override
  public long epochMillis() {
    return EPOCH_MILLIS_AT_START + elapsed().toMillis();
  }

  /** Returns how far the time has moved since the start. */
  public Duration elapsed() {
    return Duration.ofNanos(nanoTime() - START_NANOS);
  }

  @Override
  public synchronized void schedule(long atNanos, Runnable task) {
    items.add(new Item(Math.max(atNanos, nowNanos), nextSequence++, task));
  }

  /** Runs {@code task} when {@code delay} has passed. */
  public synchronized void after(Duration delay, Runnable task) {
    schedule(nowNanos + delay.toNanos(), task);
  }

  /**
   * Lets {@link #advanceBy} wait while {@code atWork} is true. An event that another thread still
   * works on may schedule something, and must do so before the time moves.
   */
  public void waitsWhile(BooleanSupplier atWork) {
    workers.add(atWork);
  }

  /** Returns how many items wait. */
  public synchronized int waiting() {
    return items.size();
  }

  /**
   * Moves to the next item and runs it.
   *
   * @return false if there was none
   */
  public boolean advance() {
    return runNextUntil(Long.MAX_VALUE);
  }

  /**
   * Runs everything that is due within {@code duration}, then lets the rest of it pass. Must not be
   * called from an event handler.
   */
  public void advanceBy(Duration duration) {
    long end = nanoTime() + duration.toNanos();
    boolean due;
    do {
      awaitWorkers();
      due = runNextUntil(end);
    } while (due);
    synchronized (this) {
      nowNanos = end;
    }
  }

  private void awaitWorkers() {
    long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (workers.stream().anyMatch(BooleanSupplier::getAsBoolean)) {
      if (System.nanoTime() > giveUpAt) {
        throw new AssertionError("An event is not done after 20 seconds");
      }
      Thread.onSpinWait();
    }
  }

  private boolean runNextUntil(long endNanos) {
    Runnable task;
    synchronized (this) {
      @Nullable Item next = items.peek();
      if (next == null || next.atNanos() > endNanos) {
        return false;
      }
      items.remove();
      nowNanos = next.atNanos();
      task = next.task();
    }
    task.run();
    return true;
  }
}

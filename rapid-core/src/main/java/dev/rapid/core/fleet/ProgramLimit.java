package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Outcome;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many invocations several fleets run at once, all together: those of a program's functions, or
 * of the versions of one function. A fleet that has to wait gets its permit in the order of the
 * requests. Thread-safe; permits are taken and given back without a lock.
 */
public final class ProgramLimit {

  private final Outcome.Rejection refusal;
  private volatile int invocations;
  private final AtomicInteger free;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  /** Creates a limit of {@code invocations} at once for all functions. */
  public ProgramLimit(int invocations) {
    this(invocations, Outcome.Rejection.PROGRAM_BUSY);
  }

  private ProgramLimit(int invocations, Outcome.Rejection refusal) {
    this.refusal = refusal;
    this.invocations = checked(invocations);
    this.free = new AtomicInteger(invocations);
  }

  /** Returns a limit of {@code invocations} at once for the versions of one function. */
  public static ProgramLimit ofFunction(int invocations) {
    return new ProgramLimit(invocations, Outcome.Rejection.FUNCTION_BUSY);
  }

  /** Returns why an invocation is rejected that may not wait. */
  Outcome.Rejection refusal() {
    return refusal;
  }

  private static int checked(int invocations) {
    if (invocations < 0) {
      throw new IllegalArgumentException("The limit is " + invocations + ", not 0 or more");
    }
    return invocations;
  }

  /**
   * Lets {@code next} invocations run at once from now on. If more than that run, none begins until
   * enough of them have ended.
   */
  public synchronized void resize(int next) {
    int more = checked(next) - invocations;
    invocations = next;
    free.addAndGet(more);
    grant();
  }

  /** Returns whether there will never be a permit. */
  boolean isZero() {
    return invocations == 0;
  }

  /** Takes a permit; returns false if there is none, or if others wait for one. */
  boolean tryAcquire() {
    return waiting.isEmpty() && take();
  }

  /** Calls {@code granted} once there is a permit for it: at once, or later on any thread. */
  void acquire(Runnable granted) {
    waiting.add(granted);
    grant();
  }

  /** Gives a permit back. */
  void release() {
    free.incrementAndGet();
    grant();
  }

  /**
   * A thread that adds a permit or a request looks for a pair after that, so that none is missed.
   */
  private void grant() {
    while (!waiting.isEmpty() && take()) {
      Runnable first = waiting.poll();
      if (first == null) {
        free.incrementAndGet();
      } else {
        first.run();
      }
    }
  }

  private boolean take() {
    int now = free.get();
    while (now > 0) {
      if (free.compareAndSet(now, now - 1)) {
        return true;
      }
      now = free.get();
    }
    return false;
  }
}
